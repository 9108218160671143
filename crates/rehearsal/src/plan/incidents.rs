//! How many people do not go the straight way, and where they turn off.

use super::{Ending, Ground, Incident, Lapse, Withdrawal};

const HOST_CITIZENSHIP: &str = "host-citizenship";

/// The commission's grounds, in the order in which refusals take turns.
pub static GROUNDS: [Ground; 5] = [
    Ground { code: "incomplete-documents", text: "The passport page does not show the whole machine-readable zone." },
    Ground { code: HOST_CITIZENSHIP, text: "A citizen of Kazakhstan cannot be accredited as a foreign observer." },
    Ground { code: "not-nominated", text: "The sending organization does not list this person among its observers." },
    Ground { code: "false-information", text: "The date of birth differs from that in the passport." },
    Ground { code: "national-interest", text: "The accreditation would not be in the interest of the host state." },
];

/// What the delegation reads whose person another one has filed too: it says nothing of the other.
pub static NEUTRAL: Ground =
    Ground { code: "not-nominated", text: "The commission cannot accredit this person on this nomination." };

/// So many in a thousand, and never none.
fn share(observers: u32, per_mille: u32) -> usize {
    (observers * per_mille).div_ceil(1000) as usize
}

/// What happens on the way to people who are accredited nevertheless; each to another person.
pub fn of_the_accredited(observers: u32) -> Vec<Incident> {
    let counts = [
        (Incident::ReturnedByMinistry, share(observers, 40)),
        (Incident::AskedForPhoto, share(observers, 20)),
        (Incident::AskedForExplanation, share(observers, 10)),
        (Incident::PassportExpiresEarly, share(observers, 8)),
        (Incident::HostCitizen, share(observers, 2)),
        (Incident::FiledTwice, share(observers, 3)),
    ];
    counts.into_iter().flat_map(|(incident, count)| std::iter::repeat_n(incident, count)).collect()
}

/// Those who are not accredited: how they end, and what happened before.
pub fn of_the_others(observers: u32) -> Vec<(Ending, Option<Incident>)> {
    let refused = GROUNDS.iter().cycle().take(share(observers, 15)).map(refused);
    let withdrawals = [Withdrawal::Submitted, Withdrawal::Presented, Withdrawal::Recommended];
    let withdrawn =
        withdrawals.into_iter().cycle().take(share(observers, 15)).map(|when| (Ending::Withdrawn(when), None));
    let lapses = [Lapse::NeverSubmitted, Lapse::NeverMended, Lapse::NeverPresented];
    let lapsed = lapses.into_iter().cycle().take(share(observers, 20)).chain([Lapse::OneSecondLate]);
    refused.chain(withdrawn).chain(lapsed.map(|why| (Ending::Lapsed(why), None))).collect()
}

fn refused(ground: &'static Ground) -> (Ending, Option<Incident>) {
    (Ending::Refused(ground), (ground.code == HOST_CITIZENSHIP).then_some(Incident::HostCitizen))
}
