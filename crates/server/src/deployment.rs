//! The methods about deployment.

pub(crate) mod update_deployment_plan;
