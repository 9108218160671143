//! Who plays what: people for every place in the table, and for every mishap.

use std::collections::HashMap;

use jiff::Span;
use jiff::civil::date;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wire::v1::{Category, OrganizationKind};

use super::{Case, Ending, Incident, Lapse, incidents};
use crate::filing;
use crate::people::People;
use crate::table::{Row, Table};

/// The host state: its citizens do not observe as foreigners.
const HOST: &str = "KAZ";

/// A part without its player.
struct Part {
    delegation: usize,
    session: usize,
    category: Category,
    incident: Option<Incident>,
    ending: Ending,
    /// The same number at two parts: one person plays both.
    twin: Option<usize>,
}

/// Everyone for whom an application is filed.
pub fn cast(table: &Table, seed: u64) -> Vec<Case> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut parts = accredited(table);
    strike(&mut parts, table, &mut rng);
    let others = incidents::of_the_others(table.total());
    parts.extend(others.into_iter().map(|(ending, incident)| other(table, ending, incident, &mut rng)));
    file_twice(&mut parts, table, &mut rng);
    parts.sort_by_key(|part| (part.session, part.delegation));
    let mut people = People::new(rng.random());
    let mut cases: Vec<Case> = Vec::with_capacity(parts.len());
    let mut twins = HashMap::new();
    for part in parts {
        let twin = part.twin;
        let mut case = play(part, table, &mut people, &mut rng);
        if let Some(twin) = twin {
            let person = twins.entry(twin).or_insert_with(|| case.application.person.clone());
            case.application = filing::application(case.application.category(), person.clone().unwrap_or_default());
        }
        cases.push(case);
    }
    cases
}

/// One part for every place in the table.
fn accredited(table: &Table) -> Vec<Part> {
    let mut parts = Vec::new();
    for (delegation, row) in table.rows.iter().enumerate() {
        for (session, count) in row.accredited.iter().enumerate() {
            let part = |place| Part {
                delegation,
                session,
                category: category(row, session, place),
                incident: None,
                ending: Ending::Accredited,
                twin: None,
            };
            parts.extend((0..*count).map(part));
        }
    }
    parts
}

/// Lets each incident happen to someone to whom it can happen and nothing else happens.
fn strike(parts: &mut [Part], table: &Table, rng: &mut ChaCha8Rng) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.shuffle(rng);
    for incident in incidents::of_the_accredited(table.total()) {
        let fits = |place: &usize| match incident {
            Incident::HostCitizen => can_be_host_citizen(&parts[*place], table),
            Incident::FiledTwice => !also_filing(&parts[*place], table).is_empty(),
            _ => true,
        };
        if let Some(found) = order.iter().position(fits) {
            parts[order.swap_remove(found)].incident = Some(incident);
        }
    }
}

/// Has whom two organizations file filed by the other one too.
fn file_twice(parts: &mut Vec<Part>, table: &Table, rng: &mut ChaCha8Rng) {
    let twice = parts.iter_mut().filter(|part| part.incident == Some(Incident::FiledTwice));
    let mut others = Vec::new();
    for (twin, part) in twice.enumerate() {
        part.twin = Some(twin);
        let delegation = *also_filing(part, table).choose(rng).expect("it was struck because there is one");
        others.push(Part {
            delegation,
            session: part.session,
            category: Category::ShortTermObserver,
            incident: part.incident,
            ending: Ending::Refused(&incidents::NEUTRAL),
            twin: Some(twin),
        });
    }
    parts.extend(others);
}

/// The other organizations that file for the same session.
fn also_filing(part: &Part, table: &Table) -> Vec<usize> {
    let organization = |row: &Row| row.kind == OrganizationKind::InternationalOrganization;
    if !organization(&table.rows[part.delegation]) {
        return Vec::new();
    }
    let files = |(place, row): &(usize, &Row)| {
        *place != part.delegation && organization(row) && row.accredited[part.session] > 0
    };
    table.rows.iter().enumerate().filter(files).map(|(place, _)| place).collect()
}

/// An embassy or a parliament would not send a citizen of the host state, and support staff may be one.
fn can_be_host_citizen(part: &Part, table: &Table) -> bool {
    let kind = table.rows[part.delegation].kind;
    kind == OrganizationKind::InternationalOrganization && part.category == Category::ShortTermObserver
}

/// Someone who is not accredited, in a delegation of the table, the larger the likelier.
fn other(table: &Table, ending: Ending, incident: Option<Incident>, rng: &mut ChaCha8Rng) -> Part {
    let places: Vec<usize> = (0..table.rows.len()).filter(|place| may_send(&table.rows[*place], incident)).collect();
    let weight = |place: &usize| table.rows[*place].total();
    let delegation = *places.choose_weighted(rng, weight).expect("every delegation of a table has people");
    let row = &table.rows[delegation];
    let sessions: Vec<usize> = (0..row.accredited.len()).collect();
    let session = match ending {
        Ending::Lapsed(Lapse::OneSecondLate) => sessions.len() - 1,
        _ => *sessions.choose_weighted(rng, |session| row.accredited[*session]).expect("every row has people"),
    };
    Part { delegation, session, category: usual_category(row.kind), incident, ending, twin: None }
}

fn may_send(row: &Row, incident: Option<Incident>) -> bool {
    incident != Some(Incident::HostCitizen) || row.kind == OrganizationKind::InternationalOrganization
}

/// Finds someone for a part.
fn play(part: Part, table: &Table, people: &mut People, rng: &mut ChaCha8Rng) -> Case {
    let row = &table.rows[part.delegation];
    let state = match part.incident {
        Some(Incident::HostCitizen) => HOST,
        _ => nationality(row, rng),
    };
    let person = match part.incident {
        // The missions end on 20 June.
        Some(Incident::PassportExpiresEarly) => {
            let expiry = date(2019, 6, 10) + Span::new().days(rng.random_range(0..8));
            people.person_with_passport_until(state, expiry)
        }
        _ => people.person(state),
    };
    Case {
        delegation: part.delegation,
        session: part.session,
        application: filing::application(part.category, person),
        incident: part.incident,
        ending: part.ending,
    }
}

/// In which capacity the nth person of a delegation at a session is accredited.
fn category(row: &Row, session: usize, place: u32) -> Category {
    let first_session = row.accredited.iter().position(|people| *people > 0) == Some(session);
    match (row.code.as_str(), row.kind) {
        ("osce-odihr", _) => of_odihr(session, place),
        (_, OrganizationKind::InternationalOrganization) if first_session && place == 0 => Category::HeadOfMission,
        (_, OrganizationKind::InternationalOrganization) if place % 40 == 38 => Category::Interpreter,
        (_, OrganizationKind::InternationalOrganization) if place % 40 == 39 => Category::Driver,
        (_, OrganizationKind::ParliamentaryAssembly) if place % 20 == 19 => Category::Interpreter,
        (_, OrganizationKind::State) if place % 3 == 2 => Category::ShortTermObserver,
        (_, kind) => usual_category(kind),
    }
}

/// The core team comes first, then the long-term observers, then all others.
fn of_odihr(session: usize, place: u32) -> Category {
    match (session, place) {
        (0, 0) => Category::HeadOfMission,
        (0, 1) => Category::DeputyHead,
        (0, _) => Category::CoreTeam,
        (1, _) => Category::LongTermObserver,
        _ => Category::ShortTermObserver,
    }
}

fn usual_category(kind: OrganizationKind) -> Category {
    match kind {
        OrganizationKind::ParliamentaryAssembly => Category::Parliamentarian,
        OrganizationKind::State => Category::Diplomat,
        _ => Category::ShortTermObserver,
    }
}

/// Whose citizens a delegation sends: ICAO codes of three letters.
fn nationality<'a>(row: &'a Row, rng: &mut ChaCha8Rng) -> &'a str {
    if let Some(state) = &row.state {
        return state;
    }
    let states: &[&str] = match row.code.as_str() {
        "cis" | "ipa-cis" => &["AZE", "BLR", "KGZ", "MDA", "RUS", "TJK", "UZB"],
        "csto-pa" => &["BLR", "KGZ", "RUS", "TJK"],
        "sco" => &["KGZ", "PAK", "RUS", "TJK", "UZB"],
        "oic" => &["ARE", "EGY", "IDN", "JOR", "MAR", "MYS", "SAU", "TUN", "TUR"],
        "ccts" | "turkpa" => &["AZE", "KGZ", "TUR"],
        _ => &[
            "AUT", "BEL", "BGR", "CAN", "CHE", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "IRL", "ITA",
            "LTU", "LVA", "NLD", "NOR", "POL", "PRT", "ROU", "SRB", "SWE", "TUR", "UKR", "USA",
        ],
    };
    states.choose(rng).expect("every list names states")
}
