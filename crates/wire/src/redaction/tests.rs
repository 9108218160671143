use std::collections::BTreeSet;

use prost_reflect::MessageDescriptor;

use super::*;

const CANARY: &str = "canary-7f3a";
const CANARY_NUMBER: i32 = 987_654_321;
const LISTED: &str = "listed";

/// The most fields that a oneof has: each of them is set in one of as many messages.
const ONEOF_FIELDS: usize = 3;

fn messages() -> impl Iterator<Item = MessageDescriptor> {
    crate::DESCRIPTOR_POOL.all_messages().filter(|message| message.package_name() == crate::PACKAGE)
}

/// A message with every field set, and of each oneof the one that `choice` stands for. Fields that the list does not name
/// have a canary.
fn filled(descriptor: &MessageDescriptor, choice: usize) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        if let Some(oneof) = field.containing_oneof().filter(|oneof| !oneof.is_synthetic()) {
            let fields = oneof.fields().len();
            assert!(fields <= ONEOF_FIELDS, "{}", oneof.full_name());
            if oneof.fields().nth(choice % fields).as_ref() != Some(&field) {
                continue;
            }
        }
        let value = value(&field, choice);
        message.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
    }
    message
}

fn value(field: &FieldDescriptor, choice: usize) -> Value {
    let is_shown = is_shown(field.parent_message().name(), field.name());
    let text = if is_shown { LISTED } else { CANARY };
    let number = if is_shown { 1 } else { CANARY_NUMBER };
    match field.kind() {
        Kind::String => Value::String(text.to_owned()),
        Kind::Bytes => Value::Bytes(text.as_bytes().to_vec().into()),
        Kind::Int32 => Value::I32(number),
        Kind::Int64 => Value::I64(number.into()),
        Kind::Bool => Value::Bool(true),
        Kind::Enum(_) => Value::EnumNumber(number),
        Kind::Message(descriptor) if descriptor.package_name() == crate::PACKAGE => {
            Value::Message(filled(&descriptor, choice))
        }
        Kind::Message(descriptor) => Value::Message(DynamicMessage::new(descriptor)),
        kind => panic!("{}: {kind:?} is new here", field.full_name()),
    }
}

#[test]
fn no_message_shows_a_field_that_is_not_listed() {
    let names: BTreeSet<_> = DEBUG_OF_MESSAGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, messages().map(|message| message.name().to_owned()).collect());
    for (name, debug) in DEBUG_OF_MESSAGES {
        let descriptor = messages().find(|message| message.name() == *name).expect(name);
        for choice in 0..ONEOF_FIELDS {
            let shown = debug(&filled(&descriptor, choice));
            assert!(shown.starts_with(name), "{shown}");
            for canary in [CANARY, &format!("{:?}", CANARY.as_bytes()), &CANARY_NUMBER.to_string()] {
                assert!(!shown.contains(canary), "{name} shows a field that is not listed: {shown}");
            }
        }
    }
}

#[test]
fn every_listed_field_exists_and_is_listed_once() {
    let mut listed = BTreeSet::new();
    for (name, fields) in SHOWN_FIELDS {
        let message = messages().find(|message| message.name() == *name);
        let message = message.unwrap_or_else(|| panic!("the list names {name}, which is not a message"));
        for field in fields.split_whitespace() {
            assert!(message.get_field_by_name(field).is_some(), "the list names {name}.{field}, which is not a field");
            assert!(listed.insert((*name, field)), "the list names {name}.{field} twice");
        }
    }
}

#[test]
fn a_time_that_does_not_exist_causes_no_panic() {
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, i32::MAX)] {
        let event_time = Some(prost_types::Timestamp { seconds, nanos });
        let shown = format!("{:?}", v1::Event { event_time, ..Default::default() });
        assert!(shown.starts_with("Event { event_time: "), "{shown}");
    }
}

#[test]
fn a_person_shows_nothing_and_an_application_shows_where_it_stands() {
    let passport = v1::Passport { number: CANARY.to_owned(), ..Default::default() };
    let person = v1::Person { sex: v1::Sex::X.into(), passport: Some(passport), ..Default::default() };
    assert_eq!(format!("{person:?}"), "Person { sex: <redacted>, passport: <redacted> }");
    let document = v1::Document { kind: v1::DocumentKind::Photo.into(), sha256: vec![7; 32], ..Default::default() };
    let application = v1::Application {
        name: "elections/e1/missions/cis/applications/1".to_owned(),
        person: Some(person),
        documents: vec![document],
        state: 99,
        create_time: Some(prost_types::Timestamp { seconds: 1_559_563_200, nanos: 0 }),
        withdrawal_reason: CANARY.to_owned(),
        ..Default::default()
    };
    let expected = "Application { name: \"elections/e1/missions/cis/applications/1\", person: <redacted>, \
                    documents: [Document { kind: DOCUMENT_KIND_PHOTO, sha256: <redacted> }], state: 99, \
                    create_time: \"2019-06-03T12:00:00Z\", withdrawal_reason: <redacted> }";
    assert_eq!(format!("{application:?}"), expected);
}
