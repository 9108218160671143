//! Enumerations of the protocol, as people read and write them.
//!
//! People type `short-term-observer`; the API says `CATEGORY_SHORT_TERM_OBSERVER`. The spellings are derived from the
//! descriptor of the protocol, so a new value is accepted without a change here.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use wire::v1;

/// An enumeration of the protocol whose values have a common prefix.
pub trait ProtoEnum: Copy + Send + Sync + TryFrom<i32> + 'static {
    /// Its full name in the protocol, by which the descriptor finds its values.
    const NAME: &'static str;
    /// The prefix that every value has in the protocol.
    const PREFIX: &'static str;

    /// The value with this full name; `None` if there is none.
    fn from_full_name(name: &str) -> Option<Self>;

    /// The full name of the value.
    fn full_name(self) -> &'static str;
}

/// Implements [`ProtoEnum`] for each enumeration by the functions that prost generates.
macro_rules! proto_enums {
    ($($name:ident: $prefix:literal,)+) => {$(
        impl ProtoEnum for v1::$name {
            const NAME: &'static str = concat!("accreditation.v1.", stringify!($name));
            const PREFIX: &'static str = $prefix;

            fn from_full_name(name: &str) -> Option<Self> {
                Self::from_str_name(name)
            }

            fn full_name(self) -> &'static str {
                self.as_str_name()
            }
        }
    )+};
}

proto_enums! {
    AccreditationState: "ACCREDITATION_STATE_",
    AmendmentKind: "AMENDMENT_KIND_",
    AmendmentState: "AMENDMENT_STATE_",
    AppealState: "APPEAL_STATE_",
    ApplicationState: "APPLICATION_STATE_",
    Category: "CATEGORY_",
    DecreeState: "DECREE_STATE_",
    DocumentKind: "DOCUMENT_KIND_",
    ElectionKind: "ELECTION_KIND_",
    ElectionState: "ELECTION_STATE_",
    InvitationState: "INVITATION_STATE_",
    Language: "LANGUAGE_",
    ProposalKind: "PROPOSAL_KIND_",
    ProposalState: "PROPOSAL_STATE_",
    LeftOutReason: "LEFT_OUT_REASON_",
    ListFormat: "LIST_FORMAT_",
    OrganizationKind: "ORGANIZATION_KIND_",
    PrincipalKind: "PRINCIPAL_KIND_",
    ReportGroup: "REPORT_GROUP_",
    ReturnReason: "RETURN_REASON_",
    ReturnedBy: "RETURNED_BY_",
    RunOff: "RUN_OFF_",
    ScheduleKind: "SCHEDULE_KIND_",
    Sex: "SEX_",
    Verdict: "VERDICT_",
    WithdrawalOutcome: "WITHDRAWAL_OUTCOME_",
}

/// The value without its prefix, as in `SHORT_TERM_OBSERVER`. Empty if it is not set, `UNKNOWN` if this version of the
/// tool does not know it.
pub fn enum_label<W: ProtoEnum>(number: i32) -> &'static str {
    let name = W::try_from(number).map_or("UNKNOWN", ProtoEnum::full_name);
    match name.strip_prefix(W::PREFIX).unwrap_or(name) {
        "UNSPECIFIED" => "",
        word => word,
    }
}

/// Parses a value in either spelling: `short-term-observer` or `SHORT_TERM_OBSERVER`.
pub fn parse_enum<W: ProtoEnum>(text: &str) -> Result<W, String> {
    let word = text.to_ascii_uppercase().replace('-', "_");
    W::from_full_name(&format!("{}{word}", W::PREFIX))
        .filter(|_| word != "UNSPECIFIED")
        .ok_or_else(|| format!("found `{text}`; expected one of {}", spellings::<W>().join(", ")))
}

/// A parser for command-line values. `--help` lists the spellings.
pub fn enum_parser<W: ProtoEnum>() -> impl TypedValueParser<Value = W> {
    let values = spellings::<W>().into_iter().map(|spelling| {
        let alias = spelling.to_ascii_uppercase().replace('-', "_");
        PossibleValue::new(spelling).alias(alias)
    });
    PossibleValuesParser::new(values).try_map(|text| parse_enum(&text))
}

/// All values in lower case with hyphens, without the unspecified one.
fn spellings<W: ProtoEnum>() -> Vec<String> {
    let descriptor = wire::DESCRIPTOR_POOL.get_enum_by_name(W::NAME).expect("the enumeration is part of the proto");
    // Number 0 is the unspecified value, which nobody chooses.
    let values = descriptor.values().filter(|value| value.number() != 0);
    values.map(|value| value.name().trim_start_matches(W::PREFIX).to_ascii_lowercase().replace('_', "-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People type the first spelling; the second is copied from the output of an earlier command.
    #[test]
    fn both_spellings_are_read() {
        for text in ["short-term-observer", "SHORT_TERM_OBSERVER"] {
            assert_eq!(parse_enum::<v1::Category>(text), Ok(v1::Category::ShortTermObserver));
        }
        for text in ["observer", "unspecified", ""] {
            let error = parse_enum::<v1::Category>(text).expect_err(text);
            assert!(error.contains("interpreter, driver, assistant"), "{error}");
        }
    }

    /// A newer service may send a value that this tool does not know. It must not end the command.
    #[test]
    fn values_are_shown_without_their_prefix() {
        assert_eq!(enum_label::<v1::ApplicationState>(v1::ApplicationState::InReview.into()), "IN_REVIEW");
        assert_eq!(enum_label::<v1::ApplicationState>(0), "");
        assert_eq!(enum_label::<v1::ApplicationState>(999), "UNKNOWN");
    }
}
