use prost_reflect::DescriptorPool;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};

use super::*;
use crate::v1;
use crate::v1::{ApplicationState, Category, DocumentKind, Sex};

const ID: &str = "6b0f5f0e-7a8e-4b51-9a37-0c9f3f1f7a11";
const APPLICATION: &str = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";

/// A request that violates nothing.
fn request() -> v1::CreateApplicationRequest {
    let passport = v1::Passport {
        number: "C01X00T47".to_owned(),
        issuing_state: "DEU".to_owned(),
        expiry_date: "2027-01-01".to_owned(),
        mrz: String::new(),
    };
    let person = v1::Person {
        family_name: "MUELLER".to_owned(),
        nationality: "DEU".to_owned(),
        birth_date: "1980-02-03".to_owned(),
        sex: Sex::Female.into(),
        passport: Some(passport),
        ..Default::default()
    };
    let photo =
        v1::Document { kind: DocumentKind::Photo.into(), sha256: vec![7; 32], size_bytes: 1, ..Default::default() };
    let application = v1::Application {
        category: Category::Driver.into(),
        person: Some(person),
        documents: vec![photo],
        ..Default::default()
    };
    v1::CreateApplicationRequest {
        request_id: ID.to_owned(),
        parent: "elections/kz-2019/missions/cis".to_owned(),
        application: Some(application),
        validate_only: false,
    }
}

fn found(message: &impl ReflectMessage) -> Vec<(String, String)> {
    check(message).into_iter().map(|violation| (violation.field, violation.description)).collect()
}

/// What one change to a good request is found to violate.
fn check_one(change: impl FnOnce(&mut v1::CreateApplicationRequest), field: &str, description: &str) {
    let mut request = request();
    change(&mut request);
    assert_eq!(found(&request), [(field.to_owned(), description.to_owned())]);
}

fn application(request: &mut v1::CreateApplicationRequest) -> &mut v1::Application {
    request.application.as_mut().expect("it has one")
}

fn person(request: &mut v1::CreateApplicationRequest) -> &mut v1::Person {
    application(request).person.as_mut().expect("it has one")
}

fn passport(request: &mut v1::CreateApplicationRequest) -> &mut v1::Passport {
    person(request).passport.as_mut().expect("it has one")
}

#[test]
fn a_text_has_no_null_character_wherever_it_stands() {
    check_one(
        |request| person(request).native_name = "a\0b".to_owned(),
        "application.person.native_name",
        "must not contain the character U+0000; remove it",
    );
    let list = vec![APPLICATION.to_owned(), format!("{APPLICATION}\0")];
    let request = v1::AddDecreeItemsRequest {
        request_id: ID.to_owned(),
        name: "elections/kz-2019/decrees/1".to_owned(),
        applications: list,
        ..Default::default()
    };
    assert!(
        found(&request)
            .contains(&("applications[1]".to_owned(), "must not contain the character U+0000; remove it".to_owned()))
    );
}

#[test]
fn a_good_request_violates_nothing() {
    assert_eq!(found(&request()), []);
}

#[test]
fn each_violation_names_its_path_and_what_is_expected() {
    let uuid = "must be a UUID of 32 hexadecimal digits with hyphens";
    check_one(|r| r.request_id.clear(), "request_id", uuid);
    check_one(|r| r.request_id = ID.replace('-', ""), "request_id", uuid);
    check_one(|r| r.request_id = format!("{{{}}}", &ID[..34]), "request_id", uuid);
    let parent = "must be a name of the form elections/{election}/missions/{organization}";
    check_one(|r| r.parent = format!("{}\n", r.parent), "parent", parent);
    check_one(|r| r.parent = format!("x{}", r.parent), "parent", parent);
    check_one(|r| r.application = None, "application", "must be set");
    check_one(|r| application(r).person = None, "application.person", "must be set");
    check_one(|r| person(r).passport = None, "application.person.passport", "must be set");
    check_one(|r| person(r).family_name.clear(), "application.person.family_name", "must have 1 to 100 characters");
    check_one(
        |r| person(r).given_name = "x".repeat(101),
        "application.person.given_name",
        "must have at most 100 characters",
    );
    check_one(
        |r| person(r).birth_date = "3 Feb 1980".to_owned(),
        "application.person.birth_date",
        "must be a date, YYYY-MM-DD",
    );
    check_one(|r| person(r).sex = 0, "application.person.sex", "must be one of SEX_FEMALE, SEX_MALE, SEX_X");
    check_one(|r| person(r).sex = 4, "application.person.sex", "must be one of SEX_FEMALE, SEX_MALE, SEX_X");
    check_one(
        |r| passport(r).issuing_state = "D".to_owned(),
        "application.person.passport.issuing_state",
        "must be three letters A-Z (ICAO 9303)",
    );
    check_one(
        |r| passport(r).number = "c01x00t47".to_owned(),
        "application.person.passport.number",
        "must be 3 to 20 letters A-Z and digits, without spaces",
    );
    check_one(
        |r| passport(r).mrz = "P<DEU".to_owned(),
        "application.person.passport.mrz",
        "must be two lines of 44 characters A-Z, 0-9 and <, or empty",
    );
}

#[test]
fn items_of_lists_are_named_by_their_place() {
    let document =
        || v1::Document { kind: DocumentKind::Photo.into(), sha256: vec![7; 32], size_bytes: 1, ..Default::default() };
    let mut short = document();
    short.sha256.pop();
    check_one(
        |r| application(r).documents.push(short),
        "application.documents[1].sha256",
        "must have exactly 32 bytes",
    );
    for size_bytes in [0, 20_971_521, i64::MIN] {
        let wrong = v1::Document { size_bytes, ..document() };
        let field = "application.documents[0].size_bytes";
        check_one(|r| application(r).documents = vec![wrong], field, "must be 1 to 20971520");
    }
    check_one(|r| application(r).documents = vec![document(); 9], "application.documents", "must have at most 8 items");
}

#[test]
fn lists_of_names_are_counted_compared_and_read() {
    let check = |applications: &[&str], expected: &[(&str, &str)]| {
        let applications = applications.iter().map(|name| (*name).to_owned()).collect();
        let presentation = v1::Presentation { note_number: "1".to_owned(), applications, ..Default::default() };
        let found = found(&presentation);
        let found: Vec<_> = found.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        assert_eq!(found, expected);
    };
    let form = "must be a name of the form elections/{election}/missions/{organization}/applications/{uuid}";
    check(&[APPLICATION], &[]);
    check(&[], &[("applications", "must have 1 to 1000 items")]);
    check(
        &[APPLICATION, "x", APPLICATION],
        &[
            ("applications", "must not have an item twice: [2] is the same as [0]; remove one"),
            ("applications[1]", form),
        ],
    );
    check(&[&APPLICATION.to_uppercase()], &[("applications[0]", form)]);
}

#[test]
fn every_violation_is_found_at_once() {
    let mut request = request();
    request.request_id.clear();
    person(&mut request).family_name.clear();
    passport(&mut request).number.clear();
    application(&mut request).category = 99;
    let fields: Vec<_> = found(&request).into_iter().map(|(field, _)| field).collect();
    let expected =
        ["request_id", "application.category", "application.person.family_name", "application.person.passport.number"];
    assert_eq!(fields, expected);
}

#[test]
fn lengths_count_characters_and_not_bytes() {
    let mut request = request();
    person(&mut request).name_ru = "Ж".repeat(200);
    assert_eq!(found(&request), []);
}

#[test]
fn what_only_the_service_sets_is_not_looked_at() {
    let mut request = request();
    let application = application(&mut request);
    application.name = "not a name".to_owned();
    application.state = 77;
    application.refusal = Some(v1::Refusal::default());
    application.last_return = Some(v1::Return { questions: vec![v1::Question::default()], ..Default::default() });
    application.set_state(ApplicationState::Accredited);
    assert_eq!(found(&request), []);
}

#[test]
fn a_message_that_is_optional_and_absent_violates_nothing() {
    let mut request = v1::AnswerQuestionsRequest {
        request_id: ID.to_owned(),
        name: APPLICATION.to_owned(),
        answers: vec![v1::Answer { field: "person".to_owned(), text: "As in the passport.".to_owned() }],
        application: None,
    };
    assert_eq!(found(&request), []);
    request.application = Some(v1::Application::default());
    let fields: Vec<_> = found(&request).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["application.category", "application.person"]);
}

#[test]
fn what_is_found_never_shows_what_was_sent() {
    let mut request = request();
    passport(&mut request).number = "secret passport".to_owned();
    person(&mut request).birth_date = "secret birthday".to_owned();
    assert!(!format!("{:?}", check(&request)).contains("secret"));
}

#[test]
fn every_pattern_of_the_proto_has_a_description() {
    let rules = Rules::compile(&crate::DESCRIPTOR_POOL, "accreditation.v1").expect("every rule is known");
    let mut patterns = 0;
    for rule in rules.messages.values().flatten() {
        for pattern in rule.value.iter().flat_map(ValueRule::pattern) {
            let description = pattern_description::describe(pattern);
            assert!(!description.contains('^'), "{}: {description}", rule.field.full_name());
            patterns += 1;
        }
    }
    assert!(patterns > 50, "{patterns}");
}

/// Guards against options that are lost on the way: every field that is REQUIRED has a rule that an empty one violates.
#[test]
fn every_required_field_is_required_by_a_rule_too() {
    let rules = Rules::compile(&crate::DESCRIPTOR_POOL, "accreditation.v1").expect("every rule is known");
    let behavior = crate::DESCRIPTOR_POOL.get_extension_by_name("google.api.field_behavior").expect("imported");
    for message in crate::DESCRIPTOR_POOL.all_messages().filter(|m| m.package_name() == "accreditation.v1") {
        let empty = rules.check(&DynamicMessage::new(message.clone()));
        for field in message.fields().filter(|field| field.options().has_extension(&behavior)) {
            let value = field.options().get_extension(&behavior).into_owned();
            let is_required = value.as_list().is_some_and(|list| list.contains(&Value::EnumNumber(2)));
            assert_eq!(is_required, empty.contains_field(field.name()), "{}", field.full_name());
        }
    }
}

#[test]
fn a_rule_that_is_not_understood_is_an_error() {
    let check = |text: &str, expected: &str| {
        let error = Rules::compile(&pool(text), "t").map(|_| ()).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    };
    let field = |rule: &str| format!("message M {{ string f = 1 [(buf.validate.field).{rule}]; }}");
    check(&field("string.email = true"), "t.M.f: the rule `string.email` is not supported");
    check(&field("string.pattern = \"(\""), "t.M.f: the rule `string.pattern (` is not supported");
    check(&field("ignore = IGNORE_IF_ZERO_VALUE"), "t.M.f: the rule `ignore` is not supported");
    check(&field("cel = {}"), "t.M.f: the rule `cel` is not supported");
    check(&field("int32.gte = 1"), "t.M.f: the rule `int32` is not supported");
    check(&field("repeated.min_items = 1"), "t.M.f: the rule `repeated` is not supported");
    check(
        &field("string = { min_len: 2 max_len: 1 }"),
        "t.M.f: the rule `a minimum above the maximum` is not supported",
    );
    check(
        "message M { repeated int32 f = 1 [(buf.validate.field).repeated.unique = true]; }",
        "t.M.f: the rule `repeated.unique` is not supported",
    );
    check(
        "message M { repeated string f = 1 [(buf.validate.field).repeated.items.string.ip = true]; }",
        "t.M.f: the rule `string.ip` is not supported",
    );
    check(
        "message M { repeated string f = 1 [(buf.validate.field).repeated.items.required = true]; }",
        "t.M.f: the rule `repeated.items` is not supported",
    );
    check(
        "message M { int32 f = 1 [(buf.validate.field).int32.gt = 1]; }",
        "t.M.f: the rule `integer gt` is not supported",
    );
    check(
        "message M { bytes f = 1 [(buf.validate.field).bytes.ip = true]; }",
        "t.M.f: the rule `bytes.ip` is not supported",
    );
    check(
        "message M { E f = 1 [(buf.validate.field).enum.not_in = 0]; } enum E { A = 0; }",
        "t.M.f: the rule `enum without defined_only` is not supported",
    );
    check("message M { map<string, M> f = 1; }", "t.M.f: the rule `map` is not supported");
    check(
        "message M { option (buf.validate.message).cel = {}; }",
        "t.M: the rule `buf.validate.message` is not supported",
    );
    check(
        "message M { oneof o { option (buf.validate.oneof).required = true; string f = 1; } }",
        "t.M.o: the rule `buf.validate.oneof` is not supported",
    );
}

#[test]
fn a_field_with_presence_is_checked_only_if_it_is_set() {
    let at_least_five = "[(buf.validate.field).int32.gte = 5]";
    let pool = pool(&format!("message M {{ optional int32 f = 1 {at_least_five}; int32 g = 2 {at_least_five}; }}"));
    let rules = Rules::compile(&pool, "t").expect("known rules");
    let mut message = DynamicMessage::new(pool.get_message_by_name("t.M").expect("it is there"));
    let fields = |message: &DynamicMessage| -> Vec<String> {
        rules
            .check(message)
            .into_iter()
            .map(|violation| format!("{}: {}", violation.field, violation.description))
            .collect()
    };
    assert_eq!(fields(&message), ["g: must be at least 5"]);
    message.set_field_by_name("f", Value::I32(0));
    assert_eq!(fields(&message), ["f: must be at least 5", "g: must be at least 5"]);
}

/// A pool with one file of our own in package `t`.
fn pool(text: &str) -> DescriptorPool {
    struct Own(File);
    impl FileResolver for Own {
        fn open_file(&self, name: &str) -> Result<File, protox::Error> {
            if name == self.0.name() { Ok(self.0.clone()) } else { Err(protox::Error::file_not_found(name)) }
        }
    }
    let source = format!("syntax = \"proto3\"; package t; import \"buf/validate/validate.proto\"; {text}");
    let mut resolver = ChainFileResolver::new();
    resolver.add(Own(File::from_source("t.proto", &source).expect(text)));
    let third_party = concat!(env!("CARGO_MANIFEST_DIR"), "/../../third_party/proto");
    resolver.add(IncludeFileResolver::new(third_party.into()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).open_file("t.proto").expect(text);
    DescriptorPool::decode(&compiler.encode_file_descriptor_set()[..]).expect("a valid set")
}
