//! Accreditations.

use domain::accreditation::Accreditation;
use domain::name::DecreeName;
use domain::policy::View;

use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

/// The accreditation as a reader may see it: a delegation learns nobody's name.
pub fn to_message(accreditation: &Accreditation, view: View) -> v1::Accreditation {
    let Accreditation { name, application, category, state, decree, recommended_by, adopted_by, accredit_time } =
        accreditation;
    let shows_people = match view {
        View::Delegation => false,
        View::Ministry | View::Commission | View::Registrar | View::CommissionAndRegistrar => true,
    };
    let person = |principal: &domain::name::PrincipalName| {
        if shows_people { principal.to_string() } else { String::new() }
    };
    v1::Accreditation {
        name: name.to_string(),
        application: application.to_string(),
        category: category.number(),
        state: state.number(),
        decree: DecreeName { election: name.election.clone(), number: *decree }.to_string(),
        recommended_by: person(recommended_by),
        adopted_by: person(adopted_by),
        accredit_time: Some(timestamp(*accredit_time)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn only_a_delegation_does_not_learn_who_decided() {
        let accreditation = sample::accreditation();
        let full = to_message(&accreditation, View::Commission);
        let expected = v1::Accreditation {
            name: "elections/kz-2019/accreditations/12".to_owned(),
            application: sample::APPLICATION.to_owned(),
            category: v1::Category::ShortTermObserver.into(),
            state: v1::AccreditationState::Active.into(),
            decree: "elections/kz-2019/decrees/4".to_owned(),
            recommended_by: "organizations/cec/principals/reviewer".to_owned(),
            adopted_by: "organizations/cec/principals/adopter".to_owned(),
            accredit_time: Some(timestamp(accreditation.accredit_time)),
        };
        assert_eq!(full, expected);
        assert_eq!(to_message(&accreditation, View::Ministry), expected);
        let nobody = v1::Accreditation { recommended_by: String::new(), adopted_by: String::new(), ..expected };
        assert_eq!(to_message(&accreditation, View::Delegation), nobody);
    }
}
