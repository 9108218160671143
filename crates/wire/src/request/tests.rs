use domain::application::content::StoredFiling;
use domain::decree::{RefusalGround, Verdict};
use domain::policy::View;
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::personal::Personal;

use super::*;
use crate::convert::{self, sample};
use crate::v1;

mod lists;
mod watch_lists;

const NOW: &str = "2019-05-01T00:00:00Z";
const ID: &str = "6b0f5f0e-7a8e-4b51-9a37-0c9f3f1f7a11";

fn id() -> String {
    ID.to_owned()
}

fn application() -> String {
    sample::APPLICATION.to_owned()
}

fn message() -> v1::Application {
    let (application, rules) = (sample::application(), sample::election().rules);
    let mut message = convert::application::to_message(
        &application,
        &StoredFiling::Whole(sample::filing()),
        None,
        &Default::default(),
        &rules,
        View::Commission,
    );
    let passport = message.person.as_mut().and_then(|person| person.passport.as_mut()).expect("it has one");
    // What the conversion keeps as it is, but no rule lets pass.
    (passport.issuing_state, passport.mrz) = ("DXX".to_owned(), String::new());
    message
}

fn create() -> v1::CreateApplicationRequest {
    let parent = "elections/kz-2019/missions/cis".to_owned();
    v1::CreateApplicationRequest { request_id: id(), parent, application: Some(message()), validate_only: false }
}

/// The fields that a refused request violates.
fn fields<T: std::fmt::Debug>(result: Result<T, Violations>) -> Vec<String> {
    result.expect_err("a violation").into_iter().map(|violation| violation.field).collect()
}

#[test]
fn what_a_delegation_read_it_can_send_back() {
    let read = create_application(create()).expect("nothing is wrong");
    assert_eq!(read.key.id.to_string(), ID);
    assert_eq!(read.mission.to_string(), "elections/kz-2019/missions/cis");
    let mut expected = sample::filing();
    (expected.content.issuing_state, expected.identity.mrz) = ("DXX".to_owned(), Default::default());
    assert_eq!(read.filing, expected);
    let (name, etag) = (application(), "1-ab".to_owned());
    let update = v1::UpdateApplicationRequest {
        request_id: id(),
        name,
        etag,
        application: Some(message()),
        validate_only: false,
    };
    let read = update_application(update).expect("nothing is wrong");
    assert_eq!((read.application.to_string(), read.etag.as_str()), (application(), "1-ab"));
    assert_eq!(read.filing, expected);
}

#[test]
fn rules_and_conversion_are_heard_at_once_and_each_field_once() {
    let mut request = create();
    request.request_id.clear();
    let message = request.application.as_mut().expect("it has one");
    message.documents.push(message.documents[0].clone());
    let person = message.person.as_mut().expect("it has one");
    person.family_name.clear();
    person.birth_date = "2019-02-30".to_owned();
    person.passport.as_mut().expect("it has one").expiry_date = "soon".to_owned();
    let expected = [
        "request_id",
        "application.person.family_name",
        "application.person.passport.expiry_date",
        "application.documents[2].kind",
        "application.person.birth_date",
    ];
    assert_eq!(fields(create_application(request)), expected);
}

#[test]
fn an_empty_request_violates_every_required_field() {
    let check = |found: Vec<String>, expected: &[&str]| assert_eq!(found, expected);
    let change: &[&str] = &["request_id", "name"];
    let decision: &[&str] = &["request_id", "name", "etag"];
    let with_reason: &[&str] = &["request_id", "name", "reason"];
    check(fields(create_organization(Default::default())), &["request_id", "organization_id", "organization"]);
    check(fields(get_organization(Default::default())), &["name"]);
    check(fields(suspend_organization(Default::default())), with_reason);
    check(fields(create_person(Default::default())), &["request_id", "person_id", "person"]);
    check(fields(get_person(Default::default())), &["name"]);
    check(fields(create_principal(Default::default())), &["request_id", "parent", "principal_id", "principal"]);
    check(fields(list_principals(Default::default())), &["parent"]);
    check(fields(disable_principal(Default::default())), with_reason);
    check(fields(create_election(Default::default())), &["request_id", "election_id", "election"]);
    check(fields(open_election(Default::default())), change);
    check(fields(get_election(Default::default())), &["name"]);
    check(fields(create_invitation(Default::default())), &["request_id", "parent", "organization_id"]);
    check(fields(accept_invitation(Default::default())), change);
    check(fields(decline_invitation(Default::default())), change);
    check(fields(get_invitation(Default::default())), &["name"]);
    check(fields(list_invitations(Default::default())), &["parent"]);
    let update = ["request_id", "name", "etag"];
    check(fields(update_invitation(Default::default())), &[&update[..], &["invitation"]].concat());
    check(fields(update_mission(Default::default())), &[&update[..], &["mission"]].concat());
    check(fields(update_deployment_plan(Default::default())), &["request_id", "name", "plan"]);
    check(fields(withdraw_mission(Default::default())), &["request_id", "name", "reason", "note_number"]);
    check(fields(get_deployment_plan(Default::default())), &["name"]);
    check(fields(create_mission(Default::default())), &["request_id", "parent", "mission"]);
    check(fields(get_mission(Default::default())), &["name"]);
    check(fields(list_missions(Default::default())), &["parent"]);
    check(fields(create_application(Default::default())), &["request_id", "parent", "application"]);
    check(fields(update_application(Default::default())), &["request_id", "name", "etag", "application"]);
    check(fields(submit_application(Default::default())), change);
    check(fields(answer_questions(Default::default())), &["request_id", "name", "answers"]);
    check(fields(withdraw_application(Default::default())), change);
    let amend = ["request_id", "name", "etag", "kind", "application", "reason"];
    check(fields(amend_accreditation(Default::default())), &amend);
    check(fields(withdraw_amendment(Default::default())), change);
    check(fields(get_amendment(Default::default())), &["name"]);
    check(fields(list_amendments(Default::default())), &["parent"]);
    check(fields(decide_amendment(Default::default())), &["request_id", "name", "etag", "decision"]);
    check(fields(get_application(Default::default())), &["name"]);
    check(fields(list_applications(Default::default())), &["parent"]);
    check(fields(create_presentation(Default::default())), &["request_id", "parent", "presentation"]);
    check(fields(return_application(Default::default())), &["request_id", "name", "etag", "questions"]);
    check(fields(get_presentation(Default::default())), &["name"]);
    check(fields(list_presentations(Default::default())), &["parent"]);
    check(fields(claim_next_application(Default::default())), &["request_id", "parent"]);
    check(fields(claim_application(Default::default())), change);
    check(fields(raise_questions(Default::default())), &["request_id", "name", "etag", "questions", "due_time"]);
    check(fields(clear_finding(Default::default())), &["request_id", "name", "etag", "code", "reason"]);
    check(fields(recommend_application(Default::default())), &["request_id", "name", "etag", "verdict"]);
    check(fields(create_decree(Default::default())), &["request_id", "parent", "decree"]);
    check(fields(update_decree(Default::default())), &[&update[..], &["decree"]].concat());
    check(fields(add_decree_items(Default::default())), &["request_id", "name", "applications"]);
    check(fields(remove_decree_items(Default::default())), &["request_id", "name", "applications"]);
    check(fields(adopt_decree(Default::default())), decision);
    check(fields(send_back_application(Default::default())), &["request_id", "name", "etag", "reason"]);
    check(fields(get_decree(Default::default())), &["name"]);
    check(fields(list_decrees(Default::default())), &["parent"]);
    check(fields(get_accreditation(Default::default())), &["name"]);
    check(fields(list_accreditations(Default::default())), &["parent"]);
    check(fields(get_totals(Default::default())), &["election"]);
    check(fields(get_report(Default::default())), &["election"]);
    check(fields(list_register(Default::default())), &["parent"]);
}

#[test]
fn the_same_request_has_the_same_hash_and_no_other_has() {
    let hash = |request: v1::CreateApplicationRequest| create_application(request).expect("good").key.hash;
    assert_eq!(hash(create()), hash(create()));
    let mut other = create();
    other.application.as_mut().expect("it has one").category = v1::Category::Driver.into();
    assert_ne!(hash(create()), hash(other));

    let name = || "elections/kz-2019/invitations/cis".to_owned();
    let accept = accept_invitation(v1::AcceptInvitationRequest { request_id: id(), name: name() });
    let decline = decline_invitation(v1::DeclineInvitationRequest { request_id: id(), name: name() });
    assert_ne!(accept.expect("good").key.hash, decline.expect("good").key.hash, "the method is part of it");
}

/// The hash is stored: what it is taken over must not change from one version to the next.
#[test]
fn the_hash_is_over_path_zero_and_encoding() {
    let name = "elections/e1".to_owned();
    let read = open_election(v1::OpenElectionRequest { request_id: id(), name }).expect("good");
    let text = format!("/accreditation.v1.ElectionService/OpenElection\0\n\x24{ID}\x12\x0celections/e1");
    assert_eq!(read.key.hash[..], Sha256::digest(text)[..]);
}

#[test]
fn names_are_made_of_their_parts() {
    let request = v1::CreatePrincipalRequest {
        request_id: id(),
        parent: "organizations/cis".to_owned(),
        principal_id: "secretary".to_owned(),
        principal: Some(convert::registry::organization::principal_to_message(&sample::registered())),
    };
    let read = create_principal(request).expect("good");
    assert_eq!(read.name.to_string(), "organizations/cis/principals/secretary");
    let person = Some(convert::registry::person::to_message(&sample::person()));
    let request = v1::CreatePersonRequest { request_id: id(), person_id: "aliya".to_owned(), person };
    let read = create_person(request.clone()).expect("good");
    assert_eq!((read.id.as_str(), &read.full_name), ("aliya", &sample::person().full_name));
    let nameless = Some(v1::RegisteredPerson { full_name: String::new(), ..Default::default() });
    let request = v1::CreatePersonRequest { person_id: "people/aliya".to_owned(), person: nameless, ..request };
    assert_eq!(fields(create_person(request)), ["person_id", "person.full_name"]);
    let request = v1::CreateInvitationRequest {
        request_id: id(),
        parent: "elections/kz-2019".to_owned(),
        organization_id: "cis".to_owned(),
        invitation: None,
    };
    let read = create_invitation(request).expect("good");
    assert_eq!((read.name.to_string().as_str(), read.quotas.len()), ("elections/kz-2019/invitations/cis", 0));
    let mut organization = convert::registry::organization::to_message(&sample::organization(), sample::time(NOW));
    organization.trust_domain = "x".repeat(200);
    organization.names[1].text = "\n".to_owned();
    organization.names[2].language = 0;
    let organization_id = "CIS".to_owned();
    let request = v1::CreateOrganizationRequest { request_id: id(), organization_id, organization: Some(organization) };
    assert_eq!(
        fields(create_organization(request)),
        [
            "organization_id",
            "organization.names[2].language",
            "organization.trust_domain",
            "organization.names[1].text",
        ]
    );
}

#[test]
fn an_election_is_read_with_its_code() {
    let election = convert::election::to_message(&sample::election(), &[], View::Commission, sample::time(NOW));
    let read = |election: v1::Election| {
        create_election(v1::CreateElectionRequest {
            request_id: id(),
            election_id: "kz-2019".to_owned(),
            election: Some(election),
        })
    };
    assert_eq!(read(election.clone()).expect("good").election.code, sample::election().code);
    let (voting_day, time_zone) = ("2019-02-30".to_owned(), "Mars/Olympus".to_owned());
    let wrong = v1::Election { names: Vec::new(), voting_day, time_zone, ..election };
    assert_eq!(fields(read(wrong)), ["election.names", "election.voting_day", "election.time_zone"]);
}

#[test]
fn a_mission_and_a_decree_are_read_with_their_election() {
    let (request_id, parent) = (id(), "elections/kz-2019".to_owned());
    let mission = Some(convert::mission::to_message(&sample::mission()));
    let read =
        create_mission(v1::CreateMissionRequest { request_id, parent, mission, ..Default::default() }).expect("good");
    assert_eq!((read.election.to_string().as_str(), read.mission.format.as_str()), ("elections/kz-2019", "EOM"));
    let (request_id, parent) = (id(), "elections/kz-2019".to_owned());
    let decree = Some(convert::decree::to_message(&sample::decree()));
    let read = create_decree(v1::CreateDecreeRequest { request_id, parent, decree }).expect("good");
    assert_eq!(
        (read.election.to_string().as_str(), read.decree.chair.expose().as_str()),
        ("elections/kz-2019", "A. Chair")
    );
}

#[test]
fn a_decree_is_corrected_by_name_and_etag_under_the_rules_of_a_new_one() {
    let decree = convert::decree::to_message(&sample::decree());
    let (name, etag) = (decree.name.clone(), decree.etag.clone());
    let update = |decree: v1::Decree| {
        let (name, etag) = (name.clone(), etag.clone());
        update_decree(v1::UpdateDecreeRequest { request_id: id(), name, etag, decree: Some(decree) })
    };
    let read = update(decree.clone()).expect("good");
    assert_eq!(
        (read.name.to_string(), read.etag, read.decree.chair.expose().as_str()),
        (name.clone(), etag.clone(), "A. Chair")
    );
    let empty = ["decree.decree_number", "decree.session_date", "decree.chair", "decree.secretary"];
    assert_eq!(fields(update(v1::Decree::default())), empty);
    let no_day = v1::Decree { session_date: "2019-02-30".to_owned(), ..decree };
    assert_eq!(fields(update(no_day)), ["decree.session_date"]);
}

#[test]
fn a_mission_its_plan_and_its_quotas_are_changed_by_name_and_etag() {
    let (name, etag) = ("elections/kz-2019/missions/cis".to_owned(), "4".to_owned());
    let mission = Some(convert::mission::to_message(&sample::mission()));
    let request = v1::UpdateMissionRequest { request_id: id(), name: name.clone(), etag: etag.clone(), mission };
    let read = update_mission(request).expect("good");
    assert_eq!((read.name.to_string(), read.etag, read.mission.format.as_str()), (name, etag, "EOM"));
    let name = "elections/kz-2019/missions/cis/deploymentPlan".to_owned();
    let plan = Some(convert::deployment::to_message(&sample::deployment_plan()));
    let plan_of = |name: String| v1::UpdateDeploymentPlanRequest {
        request_id: id(),
        name,
        plan: plan.clone(),
        ..Default::default()
    };
    let read = update_deployment_plan(plan_of(name.clone())).expect("good");
    assert_eq!((read.name.to_string(), read.etag.as_str()), (name, ""));
    assert_eq!(read.teams, sample::deployment_plan().teams);
    let refused = update_deployment_plan(plan_of("elections/kz-2019/missions/cis".to_owned())).expect_err("no plan");
    let description = "must be a name of the form elections/{election}/missions/{organization}/deploymentPlan";
    assert_eq!(refused.iter().map(|one| one.description.as_str()).collect::<Vec<_>>(), [description]);
    let (name, etag) = ("elections/kz-2019/invitations/cis".to_owned(), "3".to_owned());
    let invitation = Some(convert::mission::invitation_to_message(&sample::invitation()));
    let request = v1::UpdateInvitationRequest { request_id: id(), name: name.clone(), etag: etag.clone(), invitation };
    let read = update_invitation(request).expect("good");
    assert_eq!((read.invitation.to_string(), read.etag, read.quotas), (name, etag, sample::invitation().quotas));
}

#[test]
fn the_verbs_of_a_delegation_are_read_whole() {
    let answer = v1::Answer { field: "person".to_owned(), text: "So.".to_owned() };
    let answers = |application: Option<v1::Application>| {
        let answers = vec![answer.clone()];
        answer_questions(v1::AnswerQuestionsRequest {
            request_id: id(),
            name: self::application(),
            answers,
            application,
        })
    };
    let read = answers(None).expect("good");
    assert_eq!(read.answers.expose()[..], [("person".to_owned(), "So.".to_owned())]);
    assert_eq!(read.filing, None);
    assert!(answers(Some(message())).expect("good").filing.is_some());
    assert_eq!(fields(answers(Some(Default::default()))), ["application.category", "application.person"]);
    let submit = |etag: &str| {
        let (name, etag) = (application(), etag.to_owned());
        submit_application(v1::SubmitApplicationRequest { request_id: id(), name, etag }).expect("good").etag
    };
    assert_eq!((submit(""), submit("1-ab")), (None, Some("1-ab".to_owned())));
}

#[test]
fn the_verbs_of_a_reviewer_are_read_whole() {
    let etag = || "1-ab".to_owned();
    let clear = |code: &str| {
        let (request_id, name, code, reason) = (id(), application(), code.to_owned(), "Seen.".to_owned());
        clear_finding(v1::ClearFindingRequest { request_id, name, etag: etag(), code, reason })
    };
    for code in FindingCode::ALL {
        assert_eq!(clear(code.as_str()).map(|read| read.code), Ok(code));
    }
    assert_eq!(fields(clear("NO_SUCH_CODE")), ["code"]);
    let question = v1::Question { field: "person".to_owned(), reason: 1, ..Default::default() };
    let ask = |due_time: Option<prost_types::Timestamp>| {
        let (request_id, name, questions) = (id(), application(), vec![question.clone()]);
        raise_questions(v1::RaiseQuestionsRequest { request_id, name, etag: etag(), questions, due_time })
    };
    let due = sample::time("2019-05-06T00:00:00Z");
    assert_eq!(ask(Some(convert::time::timestamp(due))).map(|read| read.due), Ok(due));
    assert_eq!(fields(ask(Some(prost_types::Timestamp { seconds: 0, nanos: -1 }))), ["due_time"]);
    let recommend = |verdict: i32, refusal: Option<v1::Refusal>| {
        let (request_id, name, signature) = (id(), application(), vec![1, 2]);
        let request = v1::RecommendApplicationRequest { request_id, name, etag: etag(), verdict, refusal, signature };
        recommend_application(request).map(|read| (read.verdict, read.signature))
    };
    assert_eq!(recommend(1, None), Ok((Verdict::Accredit, vec![1, 2])));
    let ground = RefusalGround { ground: String::new(), text: Personal::default() };
    assert_eq!(recommend(2, None), Ok((Verdict::Refuse(ground), vec![1, 2])), "the domain wants a ground");
    assert_eq!(fields(recommend(2, Some(Default::default()))), ["refusal.ground", "refusal.text"]);
    let refusal =
        v1::Refusal { ground: "not-nominated".to_owned(), text: "No letter.".to_owned(), ..Default::default() };
    assert_eq!(fields(recommend(1, Some(refusal))), ["refusal"]);
}

#[test]
fn what_was_read_shows_no_personal_data_when_it_is_printed() {
    let answer = v1::Answer { field: "person".to_owned(), text: "secret".to_owned() };
    let request = v1::AnswerQuestionsRequest {
        request_id: id(),
        name: application(),
        answers: vec![answer],
        application: Some(message()),
    };
    let printed = format!("{:?}", answer_questions(request).expect("good"));
    for secret in ["secret", "MUELLER", "C01X00T47", "1980"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}
