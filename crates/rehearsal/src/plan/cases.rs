//! Makes the cases of a plan: one accredited person for each place in the table, and others who are not accredited.

use std::collections::HashMap;

use jiff::Span;
use jiff::civil::date;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wire::v1::{Category, OrganizationKind};

use super::{Case, Ending, Incident, Lapse, incidents};
use crate::accreditation_table::{AccreditationTable, Row};
use crate::filing;
use crate::people::People;

/// The host state. Its citizens cannot be accredited as foreign observers.
const HOST_STATE: &str = "KAZ";

/// A case to which no person is assigned yet.
struct PlannedCase {
    /// The index of the delegation's row in the table.
    delegation: usize,
    /// The session, counted from 0.
    session: usize,
    /// The category in which the person is filed.
    category: Category,
    /// What happens before the decision, if anything does.
    incident: Option<Incident>,
    /// How the case ends.
    ending: Ending,
    /// Two cases with the same number are filed for the same person.
    twin: Option<usize>,
}

/// Makes every case of an election, ordered by session and delegation.
pub fn make_cases(table: &AccreditationTable, seed: u64) -> Vec<Case> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut planned = accredited_cases(table);
    assign_incidents(&mut planned, table, &mut rng);
    let others = incidents::endings_of_not_accredited(table.total());
    planned.extend(others.into_iter().map(|(ending, incident)| not_accredited(table, ending, incident, &mut rng)));
    add_duplicate_filings(&mut planned, table, &mut rng);
    // The cases of one delegation and session become neighbours, because filing makes one list of them.
    planned.sort_by_key(|case| (case.session, case.delegation));
    let mut people = People::new(rng.random());
    let mut cases: Vec<Case> = Vec::with_capacity(planned.len());
    let mut twins = HashMap::new();
    for case in planned {
        let twin = case.twin;
        let mut case = make_case(case, table, &mut people, &mut rng);
        // The later case of a pair takes over the person of the earlier one, with documents made for that person.
        if let Some(twin) = twin {
            let person = twins.entry(twin).or_insert_with(|| case.application.person.clone());
            case.application = filing::application(case.application.category(), person.clone().unwrap_or_default());
        }
        cases.push(case);
    }
    cases
}

/// One case for every place in the table.
fn accredited_cases(table: &AccreditationTable) -> Vec<PlannedCase> {
    let mut planned = Vec::new();
    for (delegation, row) in table.rows.iter().enumerate() {
        for (session, count) in row.accredited.iter().enumerate() {
            let case = |number| PlannedCase {
                delegation,
                session,
                category: category(row, session, number),
                incident: None,
                ending: Ending::Accredited,
                twin: None,
            };
            planned.extend((0..*count).map(case));
        }
    }
    planned
}

/// Assigns each incident to a random case to which it can happen. No case gets two.
fn assign_incidents(planned: &mut [PlannedCase], table: &AccreditationTable, rng: &mut ChaCha8Rng) {
    // Each case leaves the random order when it gets an incident, so no case gets two.
    let mut order: Vec<usize> = (0..planned.len()).collect();
    order.shuffle(rng);
    for incident in incidents::incidents_of_accredited(table.total()) {
        let fits = |index: &usize| match incident {
            Incident::HostCitizen => can_be_host_citizen(&planned[*index], table),
            Incident::FiledTwice => !other_senders(&planned[*index], table).is_empty(),
            _ => true,
        };
        if let Some(found) = order.iter().position(fits) {
            planned[order.swap_remove(found)].incident = Some(incident);
        }
    }
}

/// Adds a second case for each person who is filed twice, by another organization. That one is refused.
fn add_duplicate_filings(planned: &mut Vec<PlannedCase>, table: &AccreditationTable, rng: &mut ChaCha8Rng) {
    let twice = planned.iter_mut().filter(|case| case.incident == Some(Incident::FiledTwice));
    let mut others = Vec::new();
    for (twin, case) in twice.enumerate() {
        case.twin = Some(twin);
        let delegation =
            *other_senders(case, table).choose(rng).expect("the incident was assigned because there is another sender");
        others.push(PlannedCase {
            delegation,
            session: case.session,
            category: Category::ShortTermObserver,
            incident: case.incident,
            ending: Ending::Refused(&incidents::NEUTRAL),
            twin: Some(twin),
        });
    }
    planned.extend(others);
}

/// The other international organizations that file for the same session.
fn other_senders(case: &PlannedCase, table: &AccreditationTable) -> Vec<usize> {
    let organization = |row: &Row| row.kind == OrganizationKind::InternationalOrganization;
    if !organization(&table.rows[case.delegation]) {
        return Vec::new();
    }
    let files = |(index, row): &(usize, &Row)| {
        *index != case.delegation && organization(row) && row.accredited[case.session] > 0
    };
    table.rows.iter().enumerate().filter(files).map(|(index, _)| index).collect()
}

/// Whether the case can be of a host citizen. An embassy or a parliament would not send one, and support staff may be
/// one.
fn can_be_host_citizen(case: &PlannedCase, table: &AccreditationTable) -> bool {
    let kind = table.rows[case.delegation].kind;
    kind == OrganizationKind::InternationalOrganization && case.category == Category::ShortTermObserver
}

/// A case that is not accredited, in a random delegation. Larger delegations are more likely.
fn not_accredited(
    table: &AccreditationTable,
    ending: Ending,
    incident: Option<Incident>,
    rng: &mut ChaCha8Rng,
) -> PlannedCase {
    let indexes: Vec<usize> = (0..table.rows.len()).filter(|index| can_send(&table.rows[*index], incident)).collect();
    let weight = |index: &usize| table.rows[*index].total();
    let delegation = *indexes.choose_weighted(rng, weight).expect("every delegation of a table has people");
    let row = &table.rows[delegation];
    let sessions: Vec<usize> = (0..row.accredited.len()).collect();
    // Only the last session's applications can come after the submission cutoff.
    let session = match ending {
        Ending::Lapsed(Lapse::OneSecondLate) => sessions.len() - 1,
        _ => *sessions.choose_weighted(rng, |session| row.accredited[*session]).expect("every row has people"),
    };
    PlannedCase { delegation, session, category: usual_category(row.kind), incident, ending, twin: None }
}

/// Whether a delegation can send a person with this incident. Only international organizations send host citizens.
fn can_send(row: &Row, incident: Option<Incident>) -> bool {
    incident != Some(Incident::HostCitizen) || row.kind == OrganizationKind::InternationalOrganization
}

/// Makes the person for a planned case.
fn make_case(case: PlannedCase, table: &AccreditationTable, people: &mut People, rng: &mut ChaCha8Rng) -> Case {
    let row = &table.rows[case.delegation];
    let state = match case.incident {
        Some(Incident::HostCitizen) => HOST_STATE,
        _ => nationality(row, rng),
    };
    let person = match case.incident {
        // The missions end on 20 June, and the passport expires between 10 and 17 June.
        Some(Incident::PassportExpiresEarly) => {
            let expiry = date(2019, 6, 10) + Span::new().days(rng.random_range(0..8));
            people.person_with_passport_until(state, expiry)
        }
        _ => people.person(state),
    };
    Case {
        delegation: case.delegation,
        session: case.session,
        application: filing::application(case.category, person),
        incident: case.incident,
        ending: case.ending,
    }
}

/// The category of a delegation's person with this number in a session. It gives each delegation a plausible mix.
fn category(row: &Row, session: usize, number: u32) -> Category {
    let first_session = row.accredited.iter().position(|people| *people > 0) == Some(session);
    match (row.code.as_str(), row.kind) {
        ("osce-odihr", _) => odihr_category(session, number),
        (_, OrganizationKind::InternationalOrganization) if first_session && number == 0 => Category::HeadOfMission,
        (_, OrganizationKind::InternationalOrganization) if number % 40 == 38 => Category::Interpreter,
        (_, OrganizationKind::InternationalOrganization) if number % 40 == 39 => Category::Driver,
        (_, OrganizationKind::ParliamentaryAssembly) if number % 20 == 19 => Category::Interpreter,
        (_, OrganizationKind::State) if number % 3 == 2 => Category::ShortTermObserver,
        (_, kind) => usual_category(kind),
    }
}

/// ODIHR's core team is accredited at the first session, long-term observers at the second, all others later.
fn odihr_category(session: usize, number: u32) -> Category {
    match (session, number) {
        (0, 0) => Category::HeadOfMission,
        (0, 1) => Category::DeputyHead,
        (0, _) => Category::CoreTeam,
        (1, _) => Category::LongTermObserver,
        _ => Category::ShortTermObserver,
    }
}

/// The category of most people that an organization of this kind sends.
fn usual_category(kind: OrganizationKind) -> Category {
    match kind {
        OrganizationKind::ParliamentaryAssembly => Category::Parliamentarian,
        OrganizationKind::State => Category::Diplomat,
        _ => Category::ShortTermObserver,
    }
}

/// The nationality of a delegation's next person, as a three-letter code of ICAO Doc 9303.
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
