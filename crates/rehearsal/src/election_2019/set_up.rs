//! The steps before anybody can file: registration, the election, invitations and missions.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::each;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::world::{ELECTION, ELECTION_OF_2019, Stage, VOTING_DAY, World, in_each_language};

/// How many days ahead the voting day of the further election is. Its cutoffs are then still to come.
const DAYS_AHEAD: i32 = 60;

/// Registers every organization, opens the election of 2019 and announces every mission.
pub async fn set_up(world: &mut World, plan: &Plan, progress: &Progress) -> anyhow::Result<()> {
    world.add_host_organizations().await?;
    // One after the other, because each one changes the world's list of principals.
    progress.begin("registering delegations", plan.table.rows.len());
    for row in &plan.table.rows {
        world.add_delegation(&row.code, &row.name, row.kind, row.state.as_deref()).await?;
        progress.advance();
    }
    world.open_named_election(ELECTION, in_each_language(ELECTION_OF_2019), VOTING_DAY).await?;
    invite_everyone(world, plan, progress, ELECTION, VOTING_DAY).await
}

/// Opens an election with voting day 60 days after `now`, and announces every mission for it. Returns its code.
pub async fn open_another(world: &World, plan: &Plan, progress: &Progress, now: Timestamp) -> anyhow::Result<String> {
    // The time zone of the election, whose days the cutoffs are counted in.
    let today = now.to_zoned_datetime(TimeZone::get("Asia/Almaty")?).date();
    let voting_day = today.checked_add(Span::new().days(DAYS_AHEAD))?;
    let code = format!("kz-president-{}", voting_day.year());
    world.open_election(&code, &format!("Election of the President, {voting_day}"), voting_day).await?;
    invite_everyone(world, plan, progress, &code, voting_day).await?;
    Ok(code)
}

/// Invites every delegation, accepts for each of them and announces its mission.
async fn invite_everyone(
    world: &World,
    plan: &Plan,
    progress: &Progress,
    election: &str,
    voting_day: Date,
) -> anyhow::Result<()> {
    let invite = |row: &crate::accreditation_table::Row| {
        let code = row.code.clone();
        async move { world.advance_to(election, &code, voting_day, Stage::Announced).await }
    };
    each(progress, "inviting delegations", &plan.table.rows, invite).await?;
    Ok(())
}
