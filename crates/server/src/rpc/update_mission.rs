//! Changes what was announced of the caller's own mission, or of one that was announced on paper.

use domain::event::LogName;
use domain::name::MissionName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct UpdateMission;

impl Mutation for UpdateMission {
    const ACTION: Action = Action::UpdateMission;
    type Message = v1::UpdateMissionRequest;
    type Input = request::UpdateMission;
    type Answer = v1::Mission;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_mission(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_mission(cx.permit.scope(), &input.name).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&input.name))?;
        let (before, end_date) = (found.version, found.end_date);
        let changed = found.update(&input.etag, input.mission.clone())?;
        tx.update_mission(cx.permit, &changed, before).await?;
        if changed.end_date != end_date {
            // Every passport must outlast the mission.
            let MissionName { election, organization } = &changed.name;
            tx.queue_screenings(cx.permit, election, Some(organization)).await?;
        }
        let log = LogName::Election(changed.name.election.clone());
        Ok(Effect::new(log, &changed.name, &changed.name.organization)
            .fact("format", &changed.format)
            .fact("start_date", changed.start_date)
            .fact("end_date", changed.end_date)
            .marked(cx.registrar()?.is_some()))
    }
}
