//! Enumerations that the domain and the messages share. Only the messages have UNSPECIFIED.

use domain::amendment::{AmendmentDecision, AmendmentKind, AmendmentState};
use domain::appeal::AppealOutcome;
use domain::application::{ReturnReason, ReturnedBy};
use domain::decree::LeftOutReason;
use domain::election::{ElectionKind, ElectionState, ScheduleKind};
use domain::mission::InvitationState;
use domain::proposal::ProposalKind;
use domain::report::ReportGroup;
use domain::rule_pack::RunOff;
use domain::vocabulary::accreditation_state::AccreditationState;
use domain::vocabulary::category::Category;
use domain::vocabulary::document_kind::DocumentKind;
use domain::vocabulary::language::Language;
use domain::vocabulary::role::OrganizationKind;
use domain::vocabulary::sex::Sex;

use crate::request::ListFormat;
use crate::v1;
use crate::violations::Violations;

/// An enumeration of the domain with the same values as one of the messages.
pub trait Enumerated: Copy + Sized {
    /// The message's enumeration.
    type Wire: TryFrom<i32> + Into<i32>;

    /// The message's value for it.
    fn to_wire(self) -> Self::Wire;

    /// The value of the domain; none for UNSPECIFIED.
    fn from_wire(wire: Self::Wire) -> Option<Self>;

    /// The number in messages.
    fn number(self) -> i32 {
        self.to_wire().into()
    }
}

/// Reads a field of a message. UNSPECIFIED or an unknown number is a violation.
pub fn read<T: Enumerated>(number: i32, field: &str, violations: &mut Violations) -> Option<T> {
    let value = T::Wire::try_from(number).ok().and_then(T::from_wire);
    if value.is_none() {
        violations.add_if_absent(field, "must be a value of its enumeration other than UNSPECIFIED");
    }
    value
}

macro_rules! enumerated {
    ($($name:ident { $($variant:ident),+ })+) => {$(
        impl Enumerated for $name {
            type Wire = v1::$name;

            fn to_wire(self) -> v1::$name {
                match self {
                    $(Self::$variant => v1::$name::$variant,)+
                }
            }

            fn from_wire(wire: v1::$name) -> Option<Self> {
                match wire {
                    v1::$name::Unspecified => None,
                    $(v1::$name::$variant => Some(Self::$variant),)+
                }
            }
        }
    )+

        #[cfg(test)]
        mod tests {
            use super::*;

            /// Every number that the proto defines, and one on either side of them.
            fn check<T: Enumerated + PartialEq + std::fmt::Debug>(name: &str, variants: &[T]) {
                let descriptor = crate::DESCRIPTOR_POOL.get_enum_by_name(&format!("accreditation.v1.{name}"));
                let count = i32::try_from(descriptor.expect(name).values().len()).expect("few");
                assert_eq!(variants.len(), (count - 1).unsigned_abs() as usize, "{name}");
                for (number, variant) in (1..count).zip(variants) {
                    let mut violations = Violations::default();
                    assert_eq!(read::<T>(number, "f", &mut violations).map(T::number), Some(number), "{name}");
                    assert_eq!(read(variant.number(), "f", &mut violations).as_ref(), Some(variant), "{name}");
                    assert!(violations.is_empty());
                }
                for number in [0, -1, count] {
                    let mut violations = Violations::default();
                    assert_eq!(read::<T>(number, "f", &mut violations), None, "{name} {number}");
                    assert!(violations.contains_field("f"));
                }
            }

            #[test]
            fn every_value_reads_back_and_no_other_is_read() {
                $(check(stringify!($name), &[$($name::$variant),+]);)+
            }
        }
    };
}

enumerated! {
    OrganizationKind {
        InternationalOrganization,
        ParliamentaryAssembly,
        State,
        ForeignElectionCommission,
        ForeignMinistry,
        ElectionCommission
    }
    ElectionKind { Presidential, Parliamentary, Local, Referendum }
    ElectionState { Registered, Open }
    ScheduleKind { Set, Postponed, RunOff }
    RunOff { CarryOver, ReConfirm, Refile }
    InvitationState { Pending, Accepted, Declined }
    Category {
        HeadOfMission,
        DeputyHead,
        CoreTeam,
        LongTermObserver,
        ShortTermObserver,
        Parliamentarian,
        Diplomat,
        Interpreter,
        Driver,
        Assistant
    }
    Sex { Female, Male, X }
    DocumentKind { PassportPage, Photo, Pledge, NominationLetter, NoteVerbale }
    ReturnReason { Missing, Illegible, Mismatch, Expired, Unclear }
    ReturnedBy { Ministry, Commission }
    AccreditationState { Active, WithdrawnBySender, Replaced, Revoked, Annulled, Ended }
    ProposalKind { Revoke, Annul, Reinstate }
    AppealOutcome { Uphold, Dismiss }
    LeftOutReason {
        AlreadyListed,
        InAnotherDraft,
        OwnRecommendation,
        EnteredFromPaper,
        Recused,
        FindingsStand
    }
    AmendmentKind { NewPassport, Correction }
    AmendmentState { Open, Withdrawn, Accepted, Declined }
    AmendmentDecision { Accept, Decline }
    Language { En, Ru, Kk }
    ListFormat { Pdf, Xlsx, Csv }
    ReportGroup { Organization, State, Category, Region }
}
