//! Descriptions of patterns for error texts: few people can read a regular expression.

/// The code of an organization, an election or another resource that a person names.
const CODE: &str = "[a-z][a-z0-9-]{1,62}";
/// The number of a resource that the service counts.
const NUMBER: &str = "[1-9][0-9]{0,8}";
/// The id of a principal.
const PRINCIPAL: &str = "[a-z0-9][a-z0-9._-]{0,62}";
/// The id of a registered person.
const PERSON: &str = "[a-z0-9][a-z0-9._-]{0,63}";
/// A UUID.
const ID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// The description of every pattern of the proto that is not a resource name.
const DESCRIPTIONS: [(&str, &str); 20] = [
    ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "must be a date, YYYY-MM-DD"),
    ("([0-9]{4}-[0-9]{2}-[0-9]{2})?", "must be a date, YYYY-MM-DD, or empty"),
    ("([A-Z0-9]{3,20})?", "must be 3 to 20 letters A-Z and digits, without spaces, or empty"),
    ("(organizations/[a-z][a-z0-9-]{1,62})?", "must be a name of the form organizations/{organization}, or empty"),
    (
        "(elections/[a-z][a-z0-9-]{1,62}/missions/[a-z][a-z0-9-]{1,62}/applications/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?",
        "must be a name of the form elections/{election}/missions/{organization}/applications/{uuid}, or empty",
    ),
    (
        "(elections/[a-z][a-z0-9-]{1,62}/accreditations/[1-9][0-9]{0,8})?",
        "must be a name of the form elections/{election}/accreditations/{n}, or empty",
    ),
    ("[A-Z]{3}", "must be three letters A-Z (ICAO 9303)"),
    ("([A-Z]{3})?", "must be three letters A-Z (ISO 3166-1 alpha-3), or empty"),
    (CODE, "must be 2 to 63 lower-case letters, digits and hyphens, a letter first"),
    ("([a-z][a-z0-9-]{1,62})?", "must be 2 to 63 lower-case letters, digits and hyphens, a letter first, or empty"),
    (PRINCIPAL, "must be 1 to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit first"),
    (PERSON, "must be 1 to 64 lower-case letters, digits, dots, underscores and hyphens, a letter or digit first"),
    ("(people/[a-z0-9][a-z0-9._-]{0,63})?", "must be a name of the form people/{person}, or empty"),
    (
        "[a-z0-9][a-z0-9.-]{0,127}",
        "must be a trust domain: 1 to 128 lower-case letters, digits, dots and hyphens, a letter or digit first",
    ),
    ("[a-z][A-Za-z0-9_.]{0,99}", "must be the path of a field, as in person.passport.expiry_date"),
    ("[A-Z0-9]{3,20}", "must be 3 to 20 letters A-Z and digits, without spaces"),
    ("([A-Z0-9<]{44}\\n[A-Z0-9<]{44})?", "must be two lines of 44 characters A-Z, 0-9 and <, or empty"),
    ("[A-Z][A-Z_]{1,62}", "must be a code of letters A-Z and underscores, as in HOST_CITIZEN"),
    ("[A-Z][A-Z-]{1,15}", "must be 2 to 16 letters A-Z and hyphens, as in EOM"),
    ("[a-z]+(\\.[a-z]+)?", "must be a role, as in delegation.submitter"),
];

/// What a text must be that matches the pattern.
pub(super) fn describe(pattern: &str) -> String {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).unwrap_or(pattern);
    if let Some((_, description)) = DESCRIPTIONS.iter().find(|(known, _)| *known == inner) {
        return (*description).to_owned();
    }
    match resource_name_form(inner) {
        Some(form) => format!("must be a name of the form {form}"),
        None => format!("must match {pattern}"),
    }
}

/// The form of the names that a pattern matches, such as `elections/{election}/decrees/{n}`. The pattern must be
/// collections and patterns of ids in turn.
fn resource_name_form(pattern: &str) -> Option<String> {
    if let Some(parent) = pattern.strip_suffix("/deploymentPlan") {
        return Some(format!("{}/deploymentPlan", resource_name_form(parent)?));
    }
    let parts: Vec<&str> = pattern.split('/').collect();
    let pairs = parts.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let form: Option<Vec<String>> = pairs.map(|pair| segment(pair[0], pair[1])).collect();
    form.map(|segments| segments.join("/"))
}

fn segment(collection: &str, id: &str) -> Option<String> {
    let singular = match collection {
        "invitations" | "missions" => "organization",
        "people" => "person",
        "rulePacks" => "rule_pack",
        "watchListEntries" => "entry",
        _ => collection.strip_suffix('s')?,
    };
    let wildcard = format!("({CODE}|-)");
    match id {
        CODE | PRINCIPAL | PERSON => Some(format!("{collection}/{{{singular}}}")),
        NUMBER => Some(format!("{collection}/{{n}}")),
        ID => Some(format!("{collection}/{{uuid}}")),
        _ if id == wildcard => Some(format!("{collection}/{{{singular}}} or {collection}/-")),
        _ => None,
    }
}
