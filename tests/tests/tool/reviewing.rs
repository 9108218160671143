//! The queue, as a reviewer works through it.

use anyhow::ensure;
use rehearsal::World;

use crate::{Cast, ELECTION, file, text};

#[tokio::test]
async fn filters_that_pick_nobody_say_what_waits_without_them() -> anyhow::Result<()> {
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let empty = cast.reviewer.run(&["review", "next", ELECTION, "--organization", "cis"])?;
    let complaint = String::from_utf8_lossy(&empty.stderr);
    ensure!(empty.status.code() == Some(5) && complaint.contains("next presentation"), "{complaint}");

    let draft = file(&cast, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    let name = text(&draft, "name")?;
    cast.secretary.json(&["application", "submit", &name])?;
    cast.officer.json(&["presentation", "create", ELECTION, "--note", "12-34", &name])?;
    let of = ["--organization", "organizations/cis", "--category", "short-term-observer"];
    let told = "with organization = cis AND category = SHORT_TERM_OBSERVER; without these filters: 1";
    let passed_over = cast.reviewer.run(&[&["review", "next", ELECTION], &of[..]].concat())?;
    let complaint = String::from_utf8_lossy(&passed_over.stderr);
    ensure!(passed_over.status.code() == Some(5) && complaint.contains("reason: QUEUE_EMPTY"), "{complaint}");
    ensure!(complaint.contains(&format!("error: nothing waits {told}")), "{complaint}");
    ensure!(!complaint.contains("next presentation"), "{complaint}");
    let queue = cast.reviewer.told(&[&["review", "queue", ELECTION], &of[..]].concat())?;
    ensure!(queue.contains(&format!("nothing waits {told}")), "{queue}");
    let claimed = cast.reviewer.json(&["review", "next", ELECTION, "--organization", "organizations/osce-odihr"])?;
    ensure!(claimed["name"] == name.as_str(), "{claimed}");
    Ok(())
}
