//! A reviewer works with the queue.

use std::time::Duration;

use anyhow::ensure;
use stories::{Database, Scene};

use crate::{ELECTION, Users, file, text};

/// A reviewer with a wrong filter must not believe that the queue is empty.
#[tokio::test]
async fn an_empty_filtered_queue_shows_how_many_wait_without_the_filter() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    let empty = users.reviewer.run(&["review", "next", ELECTION, "--organization", "cis"])?;
    let error = String::from_utf8_lossy(&empty.stderr);
    ensure!(empty.status.code() == Some(5) && error.contains("next presentation"), "{error}");

    let draft = file(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    let name = text(&draft, "name")?;
    users.secretary.json(&["application", "submit", &name])?;
    users.officer.json(&["presentation", "create", ELECTION, "--note", "12-34", &name])?;
    let of = ["--organization", "organizations/cis", "--category", "short-term-observer"];
    let expected = "with organization = cis AND category = SHORT_TERM_OBSERVER; without these filters: 1";
    let filtered = users.reviewer.run(&[&["review", "next", ELECTION], &of[..]].concat())?;
    let error = String::from_utf8_lossy(&filtered.stderr);
    ensure!(filtered.status.code() == Some(5) && error.contains("reason: QUEUE_EMPTY"), "{error}");
    ensure!(error.contains(&format!("error: nothing waits {expected}")), "{error}");
    ensure!(!error.contains("next presentation"), "{error}");
    let queue = users.reviewer.stderr(&[&["review", "queue", ELECTION], &of[..]].concat())?;
    ensure!(queue.contains(&format!("nothing waits {expected}")), "{queue}");
    let claimed = users.reviewer.json(&["review", "next", ELECTION, "--organization", "organizations/osce-odihr"])?;
    ensure!(claimed["name"] == name.as_str(), "{claimed}");
    Ok(())
}

/// Three applications have one passport, so each of them has two findings of one code.
#[tokio::test]
async fn two_findings_of_one_code_have_a_line_each_and_are_cleared_together() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let (users, scans) = (Users::of(world), world.dir().join("scans"));
    let mut names = Vec::new();
    for _ in 0..3 {
        let name = text(&file(&users, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
        users.secretary.json(&["application", "submit", &name])?;
        names.push(name);
    }
    let [name, others @ ..] = &names[..] else { unreachable!("three were filed") };
    let present = ["presentation", "create", ELECTION, "--note", "12-34", &names[0], &names[1], &names[2]];
    users.officer.json(&present)?;
    let found = |shown: &str| shown.matches("finding DUPLICATE_DOCUMENT").count() == 2;
    let mut shown = String::new();
    for _ in 0..200 {
        shown = users.reviewer.stdout(&["application", "show", name])?;
        if found(&shown) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    ensure!(found(&shown), "the checks did not find both duplicates within ten seconds: {shown}");
    for other in others {
        ensure!(shown.lines().any(|line| line.contains(&format!("┆ about {other}"))), "{shown}");
    }
    ensure!(!shown.contains("u{a}"), "{shown}");
    let widest = shown.lines().map(|line| line.chars().count()).max();
    ensure!(widest < Some(160), "{widest:?}: {shown}");

    let etag = text(&users.reviewer.json(&["review", "claim", name])?, "etag")?;
    let clear =
        ["review", "clear", name, "--finding", "DUPLICATE_DOCUMENT", "--reason", "Filed twice", "--etag", &etag];
    let output = users.reviewer.stderr(&clear)?;
    ensure!(
        output.contains("cleared 2: about ") && others.iter().all(|other| output.contains(other.as_str())),
        "{output}"
    );
    Ok(())
}
