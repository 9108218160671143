//! The queue, as a reviewer works through it.

use std::time::Duration;

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

/// Three applications name one passport: each is like two others.
#[tokio::test]
async fn two_findings_of_a_code_are_read_line_by_line_and_cleared_together() -> anyhow::Result<()> {
    let world = World::small().await?;
    let (cast, scans) = (Cast::of(&world), world.dir().join("scans"));
    let mut names = Vec::new();
    for _ in 0..3 {
        let name = text(&file(&cast, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
        cast.secretary.json(&["application", "submit", &name])?;
        names.push(name);
    }
    let [name, others @ ..] = &names[..] else { unreachable!("three were filed") };
    let present = ["presentation", "create", ELECTION, "--note", "12-34", &names[0], &names[1], &names[2]];
    cast.officer.json(&present)?;
    let found = |shown: &str| shown.matches("finding DUPLICATE_DOCUMENT").count() == 2;
    let mut shown = String::new();
    for _ in 0..200 {
        shown = cast.reviewer.shown(&["application", "show", name])?;
        if found(&shown) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    ensure!(found(&shown), "the checks did not find both within ten seconds: {shown}");
    for other in others {
        ensure!(shown.lines().any(|line| line.contains(&format!("┆ about {other}"))), "{shown}");
    }
    ensure!(!shown.contains("u{a}"), "{shown}");
    let widest = shown.lines().map(|line| line.chars().count()).max();
    ensure!(widest < Some(160), "{widest:?}: {shown}");

    let etag = text(&cast.reviewer.json(&["review", "claim", name])?, "etag")?;
    let clear =
        ["review", "clear", name, "--finding", "DUPLICATE_DOCUMENT", "--reason", "Filed twice", "--etag", &etag];
    let told = cast.reviewer.told(&clear)?;
    ensure!(told.contains("cleared 2: about ") && others.iter().all(|other| told.contains(other.as_str())), "{told}");
    Ok(())
}
