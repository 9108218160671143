//! Another voting day, and that everyone is told of it.

use domain::election::{Election, ScheduleEntry};
use domain::event::LogName;
use domain::id::OrganizationCode;
use domain::notice::INVITED;
use domain::policy::Scope;
use jiff::civil::Date;
use store::{CommandError, Page, Tx};

use super::{Cx, Effect};

/// Keeps an election with another voting day, and tells every organization that was invited. `before` is the day that it
/// follows, under the name that events have for it.
pub(super) async fn announce(
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
    moved: &Election,
    entry: &ScheduleEntry,
    before: (&'static str, Date),
) -> Result<Effect, CommandError> {
    let code = &moved.code;
    tx.update_voting_day(cx.permit, moved, before.1).await?;
    tx.insert_schedule_entry(cx.permit, code, entry).await?;
    // Every passport must outlast voting day.
    tx.queue_screenings(cx.permit, code, None).await?;
    let effect = |organization: &OrganizationCode| {
        Effect::new(LogName::Election(code.clone()), moved.name(), organization)
            .fact("voting_day", moved.voting_day)
            .fact(before.0, before.1)
            .fact("submission_cutoff", moved.cutoffs.submission)
            .fact("presentation_cutoff", moved.cutoffs.presentation)
            .fact("act", &entry.act)
    };
    // An organization sees what concerns it and nothing else: each is told by an event of its own.
    let everyone = Page { after: None, size: u32::MAX };
    for invitation in tx.list_invitations(&Scope::All, code, &everyone).await? {
        cx.record(tx, effect(&invitation.name.organization).fact(INVITED, true)).await?;
    }
    Ok(effect(&cx.actor.principal.organization))
}
