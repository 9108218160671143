//! `AccreditationService`.

use domain::accreditation::Withdrawal;
use domain::election::ConfirmationChoice;
use domain::policy::Action;
use domain::vocabulary::name::{AccreditationName, ElectionName, MissionName};
use domain::vocabulary::personal::Personal;

use super::filter::AccreditationFilter;
use super::{Page, RequestKey, read_name, read_page, request_key};
use crate::rules;
use crate::v1;
use crate::violations::Violations;

/// Reads the request of `AccreditationService/GetAccreditation`.
pub fn get_accreditation(request: v1::GetAccreditationRequest) -> Result<AccreditationName, Violations> {
    let v1::GetAccreditationRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Lists accreditations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAccreditations {
    /// The election.
    pub election: ElectionName,
    /// Which accreditations are listed.
    pub filter: AccreditationFilter,
    /// The page that the caller asks for.
    pub page: Page,
}

/// Reads the request of `AccreditationService/ListAccreditations`.
pub fn list_accreditations(request: v1::ListAccreditationsRequest) -> Result<ListAccreditations, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListAccreditationsRequest { parent, page_size, page_token, filter } = request;
    let of = format!("{parent} {filter}");
    let page = read_page(Action::ListAccreditations, of.trim_end(), (page_size, &page_token));
    let election = violations.parse(&parent, "parent");
    let filter = filter.parse().map_err(|expected: String| violations.add_if_absent("filter", expected)).ok();
    violations.finish(|| Some(ListAccreditations { election: election?, filter: filter?, page }))
}

/// Ends an accreditation of the caller's organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAccreditation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The accreditation.
    pub accreditation: AccreditationName,
    /// The reason and the number of the note verbale.
    pub withdrawal: Withdrawal,
}

/// Reads the request of `AccreditationService/WithdrawAccreditation`.
pub fn withdraw_accreditation(request: v1::WithdrawAccreditationRequest) -> Result<WithdrawAccreditation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::WithdrawAccreditation, &request, &request.request_id, &mut violations);
    let v1::WithdrawAccreditationRequest { request_id: _, name, reason, note_number } = request;
    let name = violations.parse(&name, "name");
    let withdrawal = Withdrawal { reason: Personal::new(reason), note_number };
    violations.finish(|| Some(WithdrawAccreditation { key: key?, accreditation: name?, withdrawal }))
}

/// Confirms accreditations of a mission for a run-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmAccreditations {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The mission.
    pub mission: MissionName,
    /// Which accreditations of the mission. Each that is named belongs to the mission's election.
    pub chosen: ConfirmationChoice,
    /// The number of the note verbale, if the confirmation came on paper; else empty.
    pub note_number: String,
}

/// Reads the request of `AccreditationService/ConfirmAccreditations`.
pub fn confirm_accreditations(request: v1::ConfirmAccreditationsRequest) -> Result<ConfirmAccreditations, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ConfirmAccreditations, &request, &request.request_id, &mut violations);
    let v1::ConfirmAccreditationsRequest { request_id: _, parent, accreditations, all, except, note_number } = request;
    let parent: Option<MissionName> = violations.parse(&parent, "parent");
    match (all, accreditations.is_empty()) {
        (false, true) => violations.add_if_absent("accreditations", "must have an item unless all is set"),
        (true, false) => violations.add_if_absent("accreditations", "must be empty where all is set"),
        _ => {}
    }
    if !all && !except.is_empty() {
        violations.add_if_absent("except", "must be empty unless all is set");
    }
    let (list, texts) = if all { ("except", &except) } else { ("accreditations", &accreditations) };
    let mut names: Vec<AccreditationName> = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let field = format!("{list}[{index}]");
        let name: Option<AccreditationName> = violations.parse(text, &field);
        if let (Some(name), Some(mission)) = (&name, &parent)
            && name.election != mission.election
        {
            violations.add_if_absent(&field, "must be of the mission's election");
        }
        names.extend(name);
    }
    violations.finish(|| {
        let chosen = if all { ConfirmationChoice::AllBut(names) } else { ConfirmationChoice::These(names) };
        Some(ConfirmAccreditations { key: key?, mission: parent?, chosen, note_number })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_named_are_confirmed_or_all_but_some() {
        let name = |number: u32| format!("elections/kz-2019/accreditations/{number}");
        let read = |accreditations: Vec<String>, all, except: Vec<String>| {
            confirm_accreditations(v1::ConfirmAccreditationsRequest {
                request_id: "0b6a1f0e-0000-4000-8000-000000000001".to_owned(),
                parent: "elections/kz-2019/missions/cis".to_owned(),
                accreditations,
                all,
                except,
                note_number: String::new(),
            })
        };
        let names = |numbers: &[u32]| numbers.iter().map(|number| name(*number).parse().expect("a name")).collect();
        let chosen = |read: Result<ConfirmAccreditations, Violations>| read.expect("it is right").chosen;
        assert_eq!(chosen(read(vec![name(7)], false, vec![])), ConfirmationChoice::These(names(&[7])));
        assert_eq!(chosen(read(vec![], true, vec![])), ConfirmationChoice::AllBut(Vec::new()));
        assert_eq!(chosen(read(vec![], true, vec![name(7), name(8)])), ConfirmationChoice::AllBut(names(&[7, 8])));
        let other = "elections/kz-2021/accreditations/7".to_owned();
        for (wrong, field) in [
            (read(vec![], false, vec![]), "accreditations"),
            (read(vec![name(7)], true, vec![]), "accreditations"),
            (read(vec![name(7)], false, vec![name(8)]), "except"),
            (read(vec![name(7), name(7)], false, vec![]), "accreditations"),
            (read(vec![name(7), other.clone()], false, vec![]), "accreditations[1]"),
            (read(vec![], true, vec![other]), "except[0]"),
        ] {
            let violations = wrong.expect_err(field);
            assert!(violations.contains_field(field), "{field}: {violations:?}");
        }
    }
}
