//! Moves an election's voting day to a later one, and both cutoffs with it.

use domain::event::LogName;
use domain::id::OrganizationCode;
use domain::notice::INVITED;
use domain::policy::{Action, Scope};
use domain::refusal::Refusal;
use store::{CommandError, Page, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct PostponeElection;

impl Mutation for PostponeElection {
    const ACTION: Action = Action::PostponeElection;
    type Message = v1::PostponeElectionRequest;
    type Input = request::PostponeElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::postpone_election(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let code = &input.election.election;
        let found = tx.lookup_election_to_keep(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let before = found.voting_day;
        let moved = found.postpone(&input.postponement, cx.now)?;
        tx.update_voting_day(cx.permit, &moved, before).await?;
        tx.insert_schedule_entry(cx.permit, code, &moved.postponed(&input.postponement, cx.now)).await?;
        // Every passport must outlast voting day.
        tx.queue_screenings(cx.permit, code, None).await?;
        let effect = |organization: &OrganizationCode| {
            Effect::new(LogName::Election(code.clone()), &input.election, organization)
                .fact("voting_day", moved.voting_day)
                .fact("postponed_from", before)
                .fact("submission_cutoff", moved.cutoffs.submission)
                .fact("presentation_cutoff", moved.cutoffs.presentation)
                .fact("act", &input.postponement.act)
        };
        // An organization sees what concerns it and nothing else: each is told by an event of its own.
        let everyone = Page { after: None, size: u32::MAX };
        for invitation in tx.list_invitations(&Scope::All, code, &everyone).await? {
            cx.record(tx, effect(&invitation.name.organization).fact(INVITED, true)).await?;
        }
        Ok(effect(&cx.actor.principal.organization))
    }
}
