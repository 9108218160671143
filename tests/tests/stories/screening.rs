//! The automatic checks find duplicates, host citizens, watch-list matches and errors in passports.
//!
//! A blocking finding stops a decision until a reviewer clears it with a reason. Only the commission sees findings. No
//! delegation learns of another one that filed the same person. Scenarios 17 and 18.

use anyhow::{Context, ensure};
use client::Code;
use regex::Regex;
use rehearsal::filing;
use stories::{Reach, Scene, ask, eventually, refused};
use wire::v1::{self, Category};

use super::DATABASE;

/// Waits for a finding with a code. Returns the application as the commission reads it.
async fn wait_for_finding(scene: &Scene, name: &str, code: &str) -> anyhow::Result<v1::Application> {
    let what = format!("the finding {code} of {name}");
    eventually(&what, || async {
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        Ok(read.findings.iter().any(|finding| finding.code == code).then_some(read))
    })
    .await
}

/// Waits until the checks have run over an application, which must have no findings.
async fn wait_for_clean_checks(scene: &Scene, name: &str) -> anyhow::Result<()> {
    eventually("the checks have run", || async {
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        ensure!(read.findings.is_empty(), "{:?}", read.findings);
        Ok(read.screen_time.map(drop))
    })
    .await
}

/// The other resources that the findings with a code name.
fn related<'a>(application: &'a v1::Application, code: &str) -> Vec<&'a str> {
    let findings = application.findings.iter().filter(|finding| finding.code == code);
    findings.map(|finding| finding.related.as_str()).collect()
}

/// The same person as another mission files them: with another passport, and another spelling of the name.
fn in_other_spelling(person: &v1::Person) -> v1::Person {
    let mut other = person.clone();
    other.family_name = "ALIEV".to_owned();
    other.given_name = "ERLAN".to_owned();
    other.native_name = "Ерлан Алиев".to_owned();
    let passport = other.passport.get_or_insert_default();
    passport.number = "N7654321".to_owned();
    passport.mrz.clear();
    other
}

/// A person whose name has several spellings, and no machine-readable zone.
fn person_aliyev(scene: &Scene) -> v1::Person {
    let mut person = scene.someone().person.unwrap_or_default();
    person.family_name = "ALIYEV".to_owned();
    person.given_name = "YERLAN".to_owned();
    person.native_name = String::new();
    person.passport.get_or_insert_default().mrz.clear();
    person
}

/// Two missions file the same person. The commission finds each from the other. Neither mission learns of the other.
#[tokio::test]
async fn scenario_17_only_the_commission_sees_that_two_organizations_filed_one_person() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let application = scene.someone();
    let first = scene.bring_as("osce-odihr", application.clone(), Reach::Recommended).await?;
    let second = scene.bring_as("cis", application, Reach::Presented).await?;
    let (code, there) = ("DUPLICATE_DOCUMENT", wait_for_finding(&scene, &second.name, "DUPLICATE_DOCUMENT").await?);
    ensure!(related(&there, code) == [first.name.as_str()]);
    let here = wait_for_finding(&scene, &first.name, code).await?;
    ensure!(related(&here, code) == [second.name.as_str()]);

    // The person was recommended before the duplicate was found. The decree is blocked until a reviewer has cleared it.
    let decree = scene.decree_over(vec![first.name.clone()]).await?;
    let refusal =
        refused(scene.adopter.adopt_decree(ask::adopt(&decree)).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(refusal.violations()[0].description.contains(code), "{refusal}");
    let sent_back = scene.adopter.send_back_application(ask::send_back(&here)).await?;
    let cleared = scene.reviewer.clear_finding(ask::clear(&sent_back, code)).await?;
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    ensure!(scene.adopter.adopt_decree(ask::adopt(&decree)).await?.accredited_count == 1);

    // The other application is refused, on a ground that does not reveal the duplicate.
    let claimed = scene.reviewer.claim_application(ask::claim(&second.name)).await?;
    refused(
        scene.reviewer.recommend_application(ask::recommend(&claimed)).await,
        Code::FailedPrecondition,
        "BLOCKING_FINDINGS",
    );
    let revealing = Some(("not-nominated", "Already nominated by OSCE-ODIHR."));
    let refusal = scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, revealing)).await;
    let refusal = refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations()[0].field == "refusal.text", "{refusal}");
    let ground = Some(("not-nominated", "The commission cannot accredit this person."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![second.name.clone()]).await?;
    for (delegation, own, other) in [(&scene.cis, &second.name, "osce"), (&scene.osce, &first.name, "cis")] {
        let seen = delegation.get_application(ask::application(own)).await?;
        let shown = wire::json::to_json(&seen).to_string();
        ensure!(!shown.contains(other) && seen.findings.is_empty() && seen.screen_time.is_none(), "{shown}");
    }
    Ok(())
}

/// The same person may be filed with another passport and another transliteration of the name.
#[tokio::test]
async fn the_checks_find_one_person_in_two_scripts_by_name_and_birth_date() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let person = person_aliyev(&scene);
    let file = |person| filing::application(Category::ShortTermObserver, person);
    let first = scene.bring_as("osce-odihr", file(person.clone()), Reach::Presented).await?;
    let second = scene.bring_as("cis", file(in_other_spelling(&person)), Reach::Presented).await?;
    let there = wait_for_finding(&scene, &second.name, "DUPLICATE_PERSON").await?;
    ensure!(related(&there, "DUPLICATE_PERSON") == [first.name.as_str()]);
    // The finding disappears when the other application is withdrawn.
    scene.osce.withdraw_application(ask::withdraw(&first.name)).await?;
    eventually("the finding disappears", || async {
        let read = scene.reviewer.get_application(ask::application(&second.name)).await?;
        Ok(read.findings.is_empty().then_some(()))
    })
    .await
}

/// Citizens of the host country may support a mission. To observe, they need a decision with a reason.
#[tokio::test]
async fn scenario_18_a_host_citizen_is_blocked_until_overridden_but_may_interpret() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut citizen = scene.someone();
    for field in citizen.person.iter_mut() {
        field.nationality = "KAZ".to_owned();
        field.passport.get_or_insert_default().mrz.clear();
    }
    let mut interpreter = scene.someone();
    interpreter.set_category(Category::Interpreter);
    for field in interpreter.person.iter_mut() {
        field.nationality = "KAZ".to_owned();
        field.passport.get_or_insert_default().mrz.clear();
    }
    let claimed = scene.bring_as("osce-odihr", citizen, Reach::InReview).await?;
    let refusal = scene.reviewer.recommend_application(ask::recommend(&claimed)).await;
    let refusal = refused(refusal, Code::FailedPrecondition, "BLOCKING_FINDINGS");
    ensure!(refusal.metadata()["findings"] == "HOST_CITIZEN");
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "HOST_CITIZEN")).await?;
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    let helper = scene.bring_as("osce-odihr", interpreter, Reach::InReview).await?;
    ensure!(helper.findings.is_empty());
    scene.reviewer.recommend_application(ask::recommend(&helper)).await?;
    Ok(())
}

/// A reviewer compares the fields with the passport page. Without the fields they would have to guess.
#[tokio::test]
async fn the_checks_name_each_field_that_differs_from_the_machine_readable_zone() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut application = scene.someone();
    let person = application.person.as_mut().context("the application has no person")?;
    person.birth_date = "1970-01-02".to_owned();
    let passport = person.passport.as_mut().context("the person has no passport")?;
    // The last character of the second line is a check digit over most of it.
    let wrong = if passport.mrz.ends_with('0') { '1' } else { '0' };
    passport.mrz.pop();
    passport.mrz.push(wrong);
    let claimed = scene.bring_as("osce-odihr", application, Reach::InReview).await?;
    let findings: Vec<_> = claimed.findings.iter().map(|found| (found.code.as_str(), found.fields.join(","))).collect();
    let expected =
        [("MRZ_CHECK_DIGIT", "person.passport.mrz".to_owned()), ("MRZ_MISMATCH", "person.birth_date".to_owned())];
    ensure!(findings == expected, "{findings:?}");
    Ok(())
}

/// A match may be a namesake, so the service never refuses by itself. An outsider who saw it could test who is on the
/// list.
#[tokio::test]
async fn a_watch_list_match_needs_a_human_and_only_the_commission_sees_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let presented = scene.bring("osce-odihr", Reach::Presented).await?;
    let person = presented.person.clone().unwrap_or_default();
    let list = scene.registrar.replace_watch_list(ask::watch(&person)).await?;
    ensure!(list.entry_count == 1);
    let read = wait_for_finding(&scene, &presented.name, "WATCH_LIST").await?;
    let entry = related(&read, "WATCH_LIST")[0].to_owned();
    let entry = scene.reviewer.get_watch_list_entry(v1::GetWatchListEntryRequest { name: entry }).await?;
    ensure!(entry.birth_date == person.birth_date);
    let claimed = scene.reviewer.claim_application(ask::claim(&presented.name)).await?;
    refused(
        scene.reviewer.recommend_application(ask::recommend(&claimed)).await,
        Code::FailedPrecondition,
        "BLOCKING_FINDINGS",
    );
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "WATCH_LIST")).await?;
    // The same watch list again has the same entry, so a cleared finding stays cleared.
    scene.registrar.replace_watch_list(ask::watch(&person)).await?;
    let behind = scene.bring("osce-odihr", Reach::Presented).await?;
    wait_for_clean_checks(&scene, &behind.name).await?;
    let again = scene.reviewer.get_application(ask::application(&presented.name)).await?;
    ensure!(again.etag == cleared.etag, "{:?}", again.findings);
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    for outsider in [&scene.osce, &scene.officer] {
        let seen = outsider.get_application(ask::application(&presented.name)).await?;
        ensure!(seen.findings.is_empty() && seen.screen_time.is_none());
    }
    Ok(())
}

/// All that the delegation of osce-odihr can see after the same steps, without ids, times and digests.
///
/// `elsewhere` says whether another delegation has filed the same person.
async fn all_visible(elsewhere: bool) -> anyhow::Result<Vec<String>> {
    let scene = Scene::on(DATABASE).await?;
    let (mine, theirs) = (scene.someone(), scene.someone());
    if elsewhere {
        let there = scene.bring_as("cis", mine.clone(), Reach::Recommended).await?;
        scene.decide(vec![there.name]).await?;
    } else {
        let there = scene.bring_as("cis", theirs, Reach::Recommended).await?;
        scene.decide(vec![there.name]).await?;
    }
    let mut seen = Vec::new();
    let own = scene.bring_as("osce-odihr", mine, Reach::Presented).await?;
    let mut claimed = scene.reviewer.claim_application(ask::claim(&own.name)).await?;
    ensure!(claimed.findings.is_empty() != elsewhere, "only the commission must see whether there is a duplicate");
    seen.push(scene.osce.get_application(ask::application(&own.name)).await?);
    if elsewhere {
        claimed = scene.reviewer.clear_finding(ask::clear(&claimed, "DUPLICATE_DOCUMENT")).await?;
    }
    seen.push(scene.osce.get_application(ask::application(&own.name)).await?);
    let ground = Some(("not-nominated", "The commission cannot accredit this person."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![own.name.clone()]).await?;
    seen.push(scene.osce.get_application(ask::application(&own.name)).await?);
    let listed = scene.osce.all_applications(ask::all_applications()).await?;
    let totals = scene.osce.get_totals(ask::totals()).await?;
    let mut texts: Vec<_> = seen.iter().chain(&listed).map(|read| wire::json::to_json(read).to_string()).collect();
    texts.push(wire::json::to_json(&totals).to_string());
    let mut watch = scene.osce.watch(&ask::election(), Vec::new());
    loop {
        let event = watch.next(|_| ()).await?.event.unwrap_or_default();
        let last = event.application_state() == v1::ApplicationState::Refused;
        texts.push(format!("{} {} {:?}", event.action, event.subject, event.application_state()));
        if last {
            break;
        }
    }
    let random_parts = Regex::new(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.]+Z|-[0-9a-f]{12}\b|A-[1-9A-Z]{6}-[1-9A-Z]|[A-Za-z0-9+/]{43}=",
    )?;
    Ok(texts.iter().map(|text| random_parts.replace_all(text, "*").into_owned()).collect())
}

/// Every text that a delegation can read is compared, because any difference would reveal the other delegation.
#[tokio::test]
async fn a_delegation_sees_the_same_with_and_without_a_duplicate_elsewhere() -> anyhow::Result<()> {
    let (with, without) = (all_visible(true).await?, all_visible(false).await?);
    for (with, without) in with.iter().zip(&without) {
        ensure!(with == without, "\n{with}\n{without}");
    }
    ensure!(with.len() == without.len());
    Ok(())
}
