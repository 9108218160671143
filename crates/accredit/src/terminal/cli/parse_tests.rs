use clap::CommandFactory as _;

use super::*;

const APPLICATION: &str = "elections/e1/missions/osce/applications/0b6a1f0e-0000-4000-8000-000000000001";

fn parses(line: &str) -> bool {
    Cli::try_parse_from(line.replace("APPLICATION", APPLICATION).split_whitespace()).is_ok()
}

/// clap checks its definitions only when they are used. This check finds duplicate options before a person does.
#[test]
fn the_definition_is_consistent() {
    Cli::command().debug_assert();
}

/// The first line of a command's help.
fn about(line: &str) -> String {
    let root = Cli::command();
    let found = line.split(' ').try_fold(&root, |command, word| command.find_subcommand(word));
    found.and_then(clap::Command::get_about).map(ToString::to_string).unwrap_or_default()
}

/// Some commands need one of two roles, so the role may be anywhere inside the parentheses.
#[test]
fn the_short_help_of_a_decision_names_its_role() {
    for (role, lines) in [
        ("cec.registrar", &["election create", "election open", "election postpone", "election run-off"][..]),
        ("cec.registrar", &["election results", "organization create", "organization suspend"]),
        ("cec.registrar", &["principal create", "principal disable", "watch-list replace"]),
        ("cec.registrar", &["hold create", "hold release", "subject export"]),
        ("mfa.officer", &["invitation create", "invitation quota"]),
        ("delegation.submitter", &["invitation accept", "invitation decline", "appeal file"]),
        ("delegation.submitter", &["amendment withdraw"]),
        ("cec.reviewer", &["review next", "review claim", "review return", "review clear", "review recommend"]),
        ("cec.reviewer", &["review release", "review take-over", "review recuse"]),
        ("cec.reviewer", &["appeal decide", "amendment decide", "proposal withdraw"]),
        ("cec.adopter", &["review recuse", "proposal withdraw"]),
    ] {
        for line in lines {
            let about = about(line);
            let (_, named) = about.split_once('(').unwrap_or_default();
            assert!(named.contains(role), "{line}: {role} is not in `{about}`");
        }
    }
}

/// A decision has no default. The person must see both outcomes to choose one.
#[test]
fn the_error_for_a_missing_decision_names_both_outcomes() {
    for (line, choice) in [
        ("accredit appeal decide elections/e1/appeals/1 --text seen", "<--uphold|--dismiss>"),
        ("accredit amendment decide elections/e1/amendments/1", "<--accept|--decline <TEXT>>"),
        ("accredit review recommend elections/e1/applications/1", "<--accredit|--refuse <GROUND>>"),
    ] {
        let error = Cli::try_parse_from(line.split_whitespace()).expect_err(line).to_string();
        let missing = error.split("Usage:").next().unwrap_or_default();
        assert!(missing.contains(choice), "{choice} is not in {error}");
    }
}

/// Scripts and the documentation use these lines. One that stops parsing breaks them.
#[test]
fn valid_commands_are_parsed() {
    for line in [
        "accredit whoami --json",
        "accredit --profile odihr election list",
        "accredit election create kz-2019 --name en=P --name kk=S --kind presidential --voting-day 2019-06-09 \
         --time-zone Asia/Almaty --rule-pack kz-1 --region-set kz-2019",
        "accredit organization create osce --kind international-organization --name en=O --trust-domain o.org \
         --anchor a.pem --anchor b.pem",
        "accredit principal create osce desk --kind SYSTEM --role delegation.submitter",
        "accredit invitation create e1 osce --quota short-term-observer=300",
        "accredit invitation quota elections/e1/invitations/osce --quota driver=0 --quota diplomat=3",
        "accredit mission update elections/e1/missions/osce --end-date 2019-06-22",
        "accredit mission withdraw elections/e1/missions/osce --reason no-visas --note 12-3/456 --yes",
        "accredit mission deployment set elections/e1/missions/osce --from plan.csv",
        "accredit election regions e1",
        "accredit application file elections/e1/missions/osce --from - --document photo=a.jpg",
        "accredit application file elections/e1/missions/osce --from - --replaces elections/e1/accreditations/7",
        "accredit document upload APPLICATION photo=a.jpg pledge=b.pdf",
        "accredit document save APPLICATION/documents/1 --purpose review page.pdf",
        "accredit document reads e1 --of APPLICATION",
        "accredit roster template --language kk empty.xlsx",
        "accredit roster import elections/e1/missions/osce list.xlsx --dry-run --submit --documents scans",
        "accredit application answer APPLICATION --answer person.passport.number=corrected",
        "accredit presentation create e1 --note 12/345 --all-submitted --expected-count 720",
        "accredit presentation return APPLICATION --etag x --question documents=illegible:blurred",
        "accredit review return APPLICATION --etag x --question documents=illegible --due 2019-06-07T18:00:00+06:00",
        "accredit review recommend APPLICATION --etag x --accredit",
        "accredit review next e1 --organization cis --findings false --category driver --presentation 2",
        "accredit review queue e1",
        "accredit review queue e1 --mine --findings true",
        "accredit review queue e1 --due-before 2019-06-07T18:00:00+06:00 --json",
        "accredit review queue e1 --recommended refuse",
        "accredit review release APPLICATION --etag x",
        "accredit review take-over APPLICATION --etag x --reason ill",
        "accredit review recuse APPLICATION --etag x --reason relative",
        "accredit review recommend APPLICATION --etag x --refuse host-citizenship --text T",
        "accredit decree update elections/e1/decrees/1 --number 12/231 --session-date 2019-05-14 --chair A \
         --secretary B",
        "accredit decree update elections/e1/decrees/1 --chair A --etag 3-1",
        "accredit decree add elections/e1/decrees/1 --all-recommended --request-id \
         0b6a1f0e-0000-4000-8000-000000000001",
        "accredit decree add elections/e1/decrees/1 --proposals elections/e1/proposals/1 elections/e1/proposals/2",
        "accredit decree remove elections/e1/decrees/1 --proposals elections/e1/proposals/1",
        "accredit decree remove elections/e1/decrees/1 APPLICATION --proposals elections/e1/proposals/1",
        "accredit decree add elections/e1/decrees/1 APPLICATION --proposals elections/e1/proposals/1",
        "accredit accreditation revoke elections/e1/accreditations/7 --ground campaigning --text on-a-stage",
        "accredit accreditation annul elections/e1/accreditations/7 --text another-person",
        "accredit accreditation amend APPLICATION --kind new-passport --reason Lost --etag x --passport-number C1 \
         --document passport-page=a.pdf",
        "accredit accreditation amend APPLICATION --kind correction --reason Married --family-name SPECIMEN",
        "accredit amendment list e1 --open",
        "accredit amendment show APPLICATION/amendments/1",
        "accredit amendment decide APPLICATION/amendments/1 --etag x --accept --clear a-twin",
        "accredit amendment decide APPLICATION/amendments/1 --etag x --decline Illegible",
        "accredit amendment withdraw APPLICATION/amendments/1",
        "accredit proposal list e1",
        "accredit appeal file APPLICATION --text elsewhere-that-day",
        "accredit appeal decide elections/e1/appeals/0b6a1f0e-0000-4000-8000-000000000001 --uphold --text seen",
        "accredit appeal list e1",
        "accredit proposal withdraw elections/e1/proposals/1 --reason mistaken",
        "accredit decree add elections/e1/decrees/1 --filter organization=cis",
        "accredit decree attach-scan elections/e1/decrees/1 signed.pdf",
        "accredit decree scan elections/e1/decrees/1 --out signed.pdf",
        "accredit decree check elections/e1/decrees/1",
        "accredit decree list-file elections/e1/decrees/1 --language kk --format pdf list.pdf",
        "accredit watch-list replace e1 people.csv",
        "accredit election results e1 --published 2019-06-10T09:00:00+06:00 --yes",
        "accredit election postpone kz-president-2019 --from 2019-06-09 --to 2019-06-16 --act 12 --reason Floods.",
        "accredit election run-off kz-president-2019 --from 2019-06-09 --to 2019-06-23 --act 20 --reason No-majority.",
        "accredit accreditation confirm elections/e1/missions/osce --all",
        "accredit accreditation list e1 --confirmed false",
        "accredit accreditation confirm elections/e1/missions/osce --all --except elections/e1/accreditations/7",
        "accredit accreditation confirm elections/e1/missions/osce elections/e1/accreditations/7 --note 12-3/900",
        "accredit hold create e1 --application APPLICATION --reason appeal-pending",
        "accredit hold create e1 --reason court-order",
        "accredit hold release elections/e1/legalHolds/0b6a1f0e-0000-4000-8000-000000000001 --reason dismissed",
        "accredit hold list e1",
        "accredit subject export e1 --issuing-state DEU --purpose request-12 --to person.json",
        "accredit watch e1 --resume place --json",
        "accredit watch e1 --resume place --exec-timeout 5 --exec mail --to office --json",
        "accredit report e1 --as-of 2019-06-04T18:00:00+06:00 --by organization --by category --format csv",
        "accredit report e1 --by state --format chart",
        "accredit report e1 --by region --by organization --format csv",
        "accredit register e1 --organization osce --category driver --in-force false --format csv",
        "accredit register e1 --number 7 --json",
        "accredit totals e1 --address cec:7443 --server-ca a --certificate b --key c",
    ] {
        assert!(parses(line), "{line}");
    }
}

/// Each line lacks something or contradicts itself. It must fail here, before anything is sent.
#[test]
fn invalid_commands_are_refused() {
    for line in [
        "accredit",
        "accredit organization create osce --kind state --name O --trust-domain o.org --anchor a.pem",
        "accredit organization create osce --kind state --trust-domain o.org --anchor a.pem",
        "accredit review recommend APPLICATION --accredit --refuse host-citizenship --text T",
        "accredit review recommend APPLICATION",
        "accredit review recuse APPLICATION",
        "accredit review next e1 --findings some",
        "accredit review queue e1 --due-before tomorrow",
        "accredit review queue e1 --due-before 2026-12-05",
        "accredit review return APPLICATION --etag x --question documents=illegible --due 2026-12-05",
        "accredit report e1 --as-of 2026-12-31T18:00:00",
        "accredit election results e1 --published 2026-12-31",
        "accredit application file elections/e1/missions/osce --note-number 1 --received 2026-12-31",
        "accredit review queue e1 --mine --recommended refuse",
        "accredit review recommend APPLICATION --refuse host-citizenship",
        "accredit review return APPLICATION --question documents=ugly --due 2019-06-07T18:00:00Z",
        "accredit presentation create e1 --note 1",
        "accredit presentation create e1 --note 1 --all-submitted --from list.txt",
        "accredit decree add elections/e1/decrees/1 APPLICATION --from list.txt",
        "accredit decree add elections/e1/decrees/1 APPLICATION --all-recommended",
        "accredit decree remove elections/e1/decrees/1",
        "accredit invitation create e1 osce --quota driver=many",
        "accredit principal create osce desk --kind robot --role verifier",
        "accredit application file elections/e1/missions/osce --document selfie=a.jpg",
        "accredit document upload APPLICATION",
        "accredit document save APPLICATION/documents/1 page.pdf",
        "accredit whoami --request-id 7",
        "accredit decree list-file elections/e1/decrees/1 --language de --format pdf list.pdf",
        "accredit decree list-file elections/e1/decrees/1 --language kk --format docx list.docx",
        "accredit election results e1",
        "accredit election postpone e1 --to 2019-06-16 --act 12 --reason Floods.",
        "accredit decree update elections/e1/decrees/1",
        "accredit decree update elections/e1/decrees/1 --etag 3-1",
        "accredit decree add elections/e1/decrees/1",
        "accredit decree attach-scan elections/e1/decrees/1",
        "accredit decree scan elections/e1/decrees/1",
        "accredit decree add elections/e1/decrees/1 --filter verdict=REFUSE --all-recommended",
        "accredit decree add elections/e1/decrees/1 --filter verdict=REFUSE --proposals elections/e1/proposals/1",
        "accredit appeal decide elections/e1/appeals/0b6a1f0e-0000-4000-8000-000000000001 --text seen",
        "accredit appeal decide elections/e1/appeals/1 --uphold --dismiss --text seen",
        "accredit accreditation amend APPLICATION --kind new-passport --passport-number C1",
        "accredit accreditation amend APPLICATION --kind other --reason Lost --passport-number C1",
        "accredit amendment decide APPLICATION/amendments/1 --etag x",
        "accredit amendment decide APPLICATION/amendments/1 --etag x --accept --decline Illegible",
        "accredit amendment decide APPLICATION/amendments/1 --etag x --decline Illegible --clear a-twin",
        "accredit accreditation revoke elections/e1/accreditations/7 --text on-a-stage",
        "accredit accreditation annul elections/e1/accreditations/7 --ground campaigning --text another-person",
        "accredit election run-off e1 --from 2019-06-09 --act 20 --reason No-majority.",
        "accredit accreditation confirm elections/e1/missions/osce",
        "accredit accreditation list e1 --confirmed",
        "accredit accreditation confirm elections/e1/missions/osce --all elections/e1/accreditations/7",
        "accredit accreditation confirm elections/e1/missions/osce A --except elections/e1/accreditations/7",
        "accredit hold create e1",
        "accredit mission withdraw elections/e1/missions/osce --reason no-visas",
        "accredit report e1 --by place",
        "accredit register e1 --number 0",
        "accredit register e1 --in-force perhaps",
        "accredit register e1 --format chart",
        "accredit report e1 --as-of yesterday",
        "accredit watch e1 --exec mail",
        "accredit watch e1 --resume place --exec",
        "accredit watch e1 --resume place --exec-timeout 0 --exec mail",
        "accredit subject export e1 --issuing-state DEU --to person.json",
    ] {
        assert!(!parses(line), "{line}");
    }
}
