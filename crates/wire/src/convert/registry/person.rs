//! Registered people, who hold the keys of principals.

use domain::registry::person::Person;
use domain::vocabulary::personal::Personal;

use crate::convert::time::timestamp;
use crate::v1;

/// Reads the name of a person to be registered.
pub fn full_name(message: v1::RegisteredPerson) -> Personal<String> {
    let v1::RegisteredPerson { name: _, full_name, create_time: _, receipt: _ } = message;
    Personal::new(full_name)
}

/// The person, for readers of the registry.
pub fn to_message(person: &Person) -> v1::RegisteredPerson {
    let Person { id: _, full_name, create_time } = person;
    v1::RegisteredPerson {
        name: person.name().to_string(),
        full_name: full_name.expose().clone(),
        create_time: Some(timestamp(*create_time)),
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::sample;

    #[test]
    fn a_person_reads_back_as_written_and_shows_no_name_by_itself() {
        let person = sample::person();
        let message = to_message(&person);
        assert_eq!(message.name, "people/p1");
        assert_eq!(message.create_time, Some(timestamp(person.create_time)));
        assert!(!format!("{message:?}").contains("Aliya"), "{message:?}");
        assert_eq!(full_name(message), person.full_name);
    }
}
