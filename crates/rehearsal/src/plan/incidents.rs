//! How often each incident and each ending other than accreditation occurs. The shares are invented.
//!
//! | Per 1,000 observers | What happens |
//! |---|---|
//! | 40 | returned by the ministry, corrected, and accredited |
//! | 20 and 10 | asked for a photo, and asked for an explanation; accredited |
//! | 8, 2 and 3 | a passport that expires early, a host citizen, filed twice; accredited |
//! | 15 | refused |
//! | 15 | withdrawn |
//! | 20, and one more | lapsed; the one more is submitted a second late |

use super::{Ending, Ground, Incident, Lapse, Withdrawal};

/// The ground for refusing a citizen of the host state.
const HOST_CITIZENSHIP: &str = "host-citizenship";

/// The grounds of refusal. Refusals use them in turn, so that each occurs.
pub static GROUNDS: [Ground; 5] = [
    Ground { code: "incomplete-documents", text: "The passport page does not show the whole machine-readable zone." },
    Ground { code: HOST_CITIZENSHIP, text: "A citizen of Kazakhstan cannot be accredited as a foreign observer." },
    Ground { code: "not-nominated", text: "The sending organization does not list this person among its observers." },
    Ground { code: "false-information", text: "The date of birth differs from that in the passport." },
    Ground { code: "national-interest", text: "The accreditation would not be in the interest of the host state." },
];

/// The ground for a person that another delegation filed too. Its text does not reveal the other delegation.
pub static NEUTRAL: Ground =
    Ground { code: "not-nominated", text: "The commission cannot accredit this person on this nomination." };

/// A number of people per thousand observers, rounded up. So every incident occurs also in a small rehearsal.
fn share(observers: u32, per_mille: u32) -> usize {
    (observers * per_mille).div_ceil(1000) as usize
}

/// The incidents of people who are accredited in the end, one entry for each person.
pub fn incidents_of_accredited(observers: u32) -> Vec<Incident> {
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

/// The endings of people who are not accredited, each with its incident if it has one.
pub fn endings_of_not_accredited(observers: u32) -> Vec<(Ending, Option<Incident>)> {
    let refused = GROUNDS.iter().cycle().take(share(observers, 15)).map(refused);
    let withdrawals = [Withdrawal::Submitted, Withdrawal::Presented, Withdrawal::Recommended];
    let withdrawn =
        withdrawals.into_iter().cycle().take(share(observers, 15)).map(|when| (Ending::Withdrawn(when), None));
    let lapses = [Lapse::NeverSubmitted, Lapse::NeverCorrected, Lapse::NeverPresented];
    let lapsed = lapses.into_iter().cycle().take(share(observers, 20)).chain([Lapse::OneSecondLate]);
    refused.chain(withdrawn).chain(lapsed.map(|why| (Ending::Lapsed(why), None))).collect()
}

/// A refusal on a ground, with the incident that the ground implies.
fn refused(ground: &'static Ground) -> (Ending, Option<Incident>) {
    (Ending::Refused(ground), (ground.code == HOST_CITIZENSHIP).then_some(Incident::HostCitizen))
}
