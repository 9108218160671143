//! Tests of the report, with totals made by hand instead of a server.

use super::*;
use crate::accreditation_table;

/// A small plan.
fn plan() -> Plan {
    let table = accreditation_table::AccreditationTable::of_2019().and_then(|table| table.scaled(100));
    Plan::make(table.expect("enough observers"), 1)
}

/// An outcome exactly as planned.
fn outcome(election: v1::Election, plan: &Plan) -> Outcome {
    let findings = BTreeMap::from([("HOST_CITIZEN".to_owned(), plan.findings())]);
    Outcome { election, totals: totals(plan), findings }
}

/// The totals of an election of 2022.
fn totals_2022() -> Election2022Totals {
    Election2022Totals {
        revoked: 2,
        annulled: 1,
        reinstated: 1,
        replaced: 1,
        withdrawn_with_mission: 3,
        accredited_for_run_off: 1,
        in_force: 8,
        ended: 8,
    }
}

/// Totals exactly as planned.
fn totals(plan: &Plan) -> v1::Totals {
    let figures = plan.figures();
    let row = |row: &accreditation_table::Row| {
        let Figures { submitted, returned, refused, withdrawn, lapsed, accredited } = figures[&row.code];
        v1::OrganizationTotals {
            organization: format!("organizations/{}", row.code),
            kind: row.kind.into(),
            state: row.state.clone().unwrap_or_default(),
            submitted,
            returned,
            refused,
            withdrawn,
            lapsed,
            accredited,
            ended: 0,
        }
    };
    let organizations = plan.table.rows.iter().map(row).collect();
    v1::Totals {
        election: format!("elections/{ELECTION}"),
        organizations,
        accredited: 100,
        states: 41,
        documents: plan.documents(),
    }
}

/// Each single difference must fail the check, or a rehearsal would pass with wrong totals.
#[test]
fn totals_as_planned_pass_and_every_difference_is_named() {
    let plan = plan();
    check(&outcome(v1::Election::default(), &plan), &plan).expect("as planned");
    let mut more = outcome(v1::Election::default(), &plan);
    more.findings.insert("MRZ_MISMATCH".to_owned(), 1);
    assert!(check(&more, &plan).expect_err("one more").to_string().contains("MRZ_MISMATCH"));
    let differs = |change: fn(&mut v1::Totals), named: &str| {
        let mut bad = outcome(v1::Election::default(), &plan);
        change(&mut bad.totals);
        let error = check(&bad, &plan).expect_err(named).to_string();
        assert!(error.contains(named), "{error} does not name {named}");
    };
    differs(|totals| totals.organizations[0].lapsed += 1, "osce-odihr");
    differs(|totals| totals.organizations[10].state = "XXX".to_owned(), "state-usa");
    differs(|totals| drop(totals.organizations.remove(2)), "cis is missing");
    differs(
        |totals| totals.organizations[3].organization = "organizations/nato".to_owned(),
        "nato was not in the plan",
    );
    differs(|totals| totals.accredited -= 1, "accredited people");
    differs(|totals| totals.states -= 1, "accredited people and states");
    differs(|totals| totals.documents -= 1, "documents are kept");
}

#[test]
fn the_report_for_programs_and_for_people() {
    let plan = plan();
    let moment = |text: &str| {
        let time: Timestamp = text.parse().expect("a timestamp");
        Some(prost_types::Timestamp { seconds: time.as_second(), nanos: 0 })
    };
    let election = v1::Election {
        name: format!("elections/{ELECTION}"),
        time_zone: "Asia/Almaty".to_owned(),
        submission_cutoff: moment("2019-06-03T12:00:00Z"),
        presentation_cutoff: moment("2019-06-04T12:00:00Z"),
        ..Default::default()
    };
    let outcome = outcome(election, &plan);
    let report = Report::new(&outcome, totals_2022(), 5000, (4000, Duration::from_millis(2000))).expect("a report");
    let json: serde_json::Value = serde_json::from_str(&report.json().expect("JSON")).expect("JSON");
    assert_eq!(json["findings"], plan.findings());
    assert_eq!(json["documents"], plan.documents());
    assert_eq!(json["election"], ELECTION);
    assert_eq!(json["submission_cutoff"], "2019-06-03T12:00:00Z");
    assert_eq!(json["organizations"]["state-deu"]["state"], "DEU");
    assert_eq!(json["organizations"]["cis"]["kind"], "INTERNATIONAL_ORGANIZATION");
    assert!(json["organizations"]["cis"]["state"].is_null());
    assert_eq!((&json["rpcs"], &json["seconds"]), (&4000.into(), &2.0.into()));
    let text = report.text();
    assert!(text.contains("2019-06-03 18:00:00 +06:00 = 2019-06-03T12:00:00Z"), "{text}");
    assert!(text.contains("2000 calls per second"), "{text}");
}
