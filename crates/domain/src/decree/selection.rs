//! Filling the list of a draft by a filter: which applications are added, and why others are left out.

use std::collections::BTreeMap;

use super::{Decree, Verdict, recommendation};
use crate::application::Application;
use crate::policy::PersonActor;
use crate::refusal::Refusal;

/// The maximum number of applications that one call adds, so that a transaction stays short.
pub const MAX_SELECTED: usize = 800;

/// A recommended application that the filter found, with what is loaded to decide whether to list it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The application.
    pub application: Application,
    /// Whether it has blocking findings.
    pub stands: bool,
    /// Whether another draft lists it.
    pub elsewhere: bool,
}

/// Why an application was left out: it is listed already, or the caller's adoption of it would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// This draft lists it already.
    AlreadyListed,
    /// Another draft lists it.
    InAnotherDraft,
    /// The caller recommended it.
    OwnRecommendation,
    /// The caller entered something of it from paper.
    EnteredFromPaper,
    /// The caller is recused from it.
    Recused,
    /// It has blocking findings that came up after the recommendation. It has to be sent back to review.
    FindingsStand,
}

impl LeftOutReason {
    /// Every reason, in the order in which they are checked.
    pub const ALL: [Self; 6] = [
        Self::AlreadyListed,
        Self::InAnotherDraft,
        Self::OwnRecommendation,
        Self::EnteredFromPaper,
        Self::Recused,
        Self::FindingsStand,
    ];

    /// The recorded name of the reason; it must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyListed => "already_listed",
            Self::InAnotherDraft => "in_another_draft",
            Self::OwnRecommendation => "own_recommendation",
            Self::EnteredFromPaper => "entered_from_paper",
            Self::Recused => "recused",
            Self::FindingsStand => "findings_stand",
        }
    }

    /// The first reason that applies; `None` if the application can be listed.
    fn of(candidate: &Candidate, decree: &Decree, caller: &PersonActor) -> Option<Self> {
        let Candidate { application, stands, elsewhere } = candidate;
        let made = recommendation(application).ok()?;
        let entered = application.paper.as_ref().is_some_and(|paper| paper.was_entered_by(&caller.person));
        let reasons = [
            (Self::AlreadyListed, decree.applications.contains(&application.name)),
            (Self::InAnotherDraft, *elsewhere),
            (Self::OwnRecommendation, made.person == caller.person),
            (Self::EnteredFromPaper, entered),
            (Self::Recused, application.is_recused(&caller.person)),
            (Self::FindingsStand, *stands && made.verdict == Verdict::Accredit),
        ];
        reasons.into_iter().find(|(_, applies)| *applies).map(|(reason, _)| reason)
    }
}

/// The result of filling a list by a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// How many applications were added.
    pub added: u32,
    /// How many could be added by another call: there were more than one call adds.
    pub left: u32,
    /// How many were left out for each reason. A reason without applications is missing.
    pub left_out: BTreeMap<LeftOutReason, u32>,
}

impl Decree {
    /// Adds the applications that the filter found to the end of the list, up to the maximum. The others are counted.
    ///
    /// # Errors
    ///
    /// [`Refusal::DecreeAdopted`].
    pub fn select(mut self, candidates: &[Candidate], caller: &PersonActor) -> Result<(Self, Selection), Refusal> {
        self.check_draft()?;
        let mut selection = Selection::default();
        let mut added = Vec::new();
        for candidate in candidates {
            match LeftOutReason::of(candidate, &self, caller) {
                Some(reason) => *selection.left_out.entry(reason).or_default() += 1,
                None if added.len() < MAX_SELECTED => added.push(candidate.application.name.clone()),
                None => selection.left += 1,
            }
        }
        selection.added = u32::try_from(added.len()).unwrap_or(u32::MAX);
        self.applications.extend(added);
        self.version += 1;
        Ok((self, selection))
    }
}
