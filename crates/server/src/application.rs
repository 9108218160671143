//! `ApplicationService`: what a delegation files for each observer, from the draft to the
//! withdrawal.
//!
//! Methods of the reviewers are in `review`, those of the ministry in `presentation`.

pub(crate) mod answer_questions;
pub(crate) mod create_application;
pub(crate) mod list_applications;
pub(crate) mod replacement;
pub(crate) mod submit_application;
pub(crate) mod update_application;
pub(crate) mod withdraw_application;

use crate::engine::get::get;
pub(crate) use answer_questions::AnswerQuestions;
pub(crate) use create_application::CreateApplication;
use domain::vocabulary::name::ApplicationName;
pub(crate) use list_applications::ListApplications;
pub(crate) use submit_application::SubmitApplication;
pub(crate) use update_application::UpdateApplication;
use wire::v1;
pub(crate) use withdraw_application::WithdrawApplication;

get!(GetApplication, ApplicationName, GetApplicationRequest, v1::Application, get_application);
