//! Requests of the people in the stories. Each call of a function here makes a new request id.

use client::NewWatchList;
use jiff::Timestamp;
use rehearsal::calls::request_id;
use rehearsal::world::ELECTION;
use wire::v1;

use crate::timestamp;

mod accreditations;
mod amendments;

pub use accreditations::*;
pub use amendments::*;

/// The name of the election of a small world, the parent of everything in it.
pub fn election() -> String {
    format!("elections/{ELECTION}")
}

/// The name of an organization's mission at that election.
pub fn mission(organization: &str) -> String {
    format!("elections/{ELECTION}/missions/{organization}")
}

/// Any reader reads an application.
pub fn application(name: &str) -> v1::GetApplicationRequest {
    v1::GetApplicationRequest { name: name.to_owned() }
}

/// A delegation files an application, as a draft.
pub fn file(mission: &str, application: v1::Application) -> v1::CreateApplicationRequest {
    v1::CreateApplicationRequest {
        request_id: request_id(),
        parent: mission.to_owned(),
        application: Some(application),
        validate_only: false,
    }
}

/// A delegation replaces the content of an application that it has read.
pub fn update(read: &v1::Application, content: v1::Application) -> v1::UpdateApplicationRequest {
    v1::UpdateApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        application: Some(content),
        validate_only: false,
    }
}

/// A delegation submits an application, whatever its revision: the etag is empty.
pub fn submit(name: &str) -> v1::SubmitApplicationRequest {
    v1::SubmitApplicationRequest { request_id: request_id(), name: name.to_owned(), etag: String::new() }
}

/// A delegation withdraws an application.
pub fn withdraw(name: &str) -> v1::WithdrawApplicationRequest {
    let reason = "Will not travel.".to_owned();
    v1::WithdrawApplicationRequest { request_id: request_id(), name: name.to_owned(), reason }
}

/// The ministry presents a list under a note number.
pub fn present(note: &str, list: Vec<String>) -> v1::CreatePresentationRequest {
    v1::CreatePresentationRequest {
        request_id: request_id(),
        parent: election(),
        expected_count: i32::try_from(list.len()).expect("a list has at most a thousand people"),
        presentation: Some(v1::Presentation { note_number: note.to_owned(), applications: list, ..Default::default() }),
    }
}

/// A question about the photo, for [`give_back`] and [`raise_questions`].
pub fn question() -> v1::Question {
    v1::Question {
        field: "documents".to_owned(),
        reason: v1::ReturnReason::Illegible.into(),
        text: "The photo shows no face.".to_owned(),
        ..Default::default()
    }
}

/// The ministry returns an application to its delegation with a [`question`].
pub fn give_back(read: &v1::Application) -> v1::ReturnApplicationRequest {
    v1::ReturnApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        questions: vec![question()],
    }
}

/// A reviewer claims the application that is next in the queue.
pub fn claim_next(election: &str) -> v1::ClaimNextApplicationRequest {
    v1::ClaimNextApplicationRequest { request_id: request_id(), parent: election.to_owned(), ..Default::default() }
}

/// A reviewer claims a certain application.
pub fn claim(name: &str) -> v1::ClaimApplicationRequest {
    v1::ClaimApplicationRequest { request_id: request_id(), name: name.to_owned() }
}

/// A reviewer asks the delegation a [`question`] that is due at that moment.
pub fn raise_questions(read: &v1::Application, due: Timestamp) -> v1::RaiseQuestionsRequest {
    v1::RaiseQuestionsRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        questions: vec![question()],
        due_time: Some(timestamp(due)),
    }
}

/// The delegation answers [`question`].
pub fn answer(name: &str) -> v1::AnswerQuestionsRequest {
    let answer = v1::Answer { field: question().field, text: "A new photo is attached.".to_owned() };
    v1::AnswerQuestionsRequest {
        request_id: request_id(),
        name: name.to_owned(),
        answers: vec![answer],
        application: None,
    }
}

/// A reviewer clears the findings with that code.
pub fn clear(read: &v1::Application, code: &str) -> v1::ClearFindingRequest {
    v1::ClearFindingRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        code: code.to_owned(),
        reason: "The embassy has confirmed the extension.".to_owned(),
    }
}

/// A reviewer recommends to accredit a person.
pub fn recommend(read: &v1::Application) -> v1::RecommendApplicationRequest {
    v1::RecommendApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        verdict: v1::Verdict::Accredit.into(),
        ..Default::default()
    }
}

/// A reviewer recommends to refuse a person, with a ground and its text, or without them.
pub fn recommend_refusal(read: &v1::Application, ground: Option<(&str, &str)>) -> v1::RecommendApplicationRequest {
    let refusal = |(ground, text): (&str, &str)| v1::Refusal {
        ground: ground.to_owned(),
        text: text.to_owned(),
        ..Default::default()
    };
    v1::RecommendApplicationRequest {
        verdict: v1::Verdict::Refuse.into(),
        refusal: ground.map(refusal),
        ..recommend(read)
    }
}

/// A reviewer releases their claim.
pub fn release_claim(read: &v1::Application) -> v1::ReleaseApplicationRequest {
    v1::ReleaseApplicationRequest { request_id: request_id(), name: read.name.clone(), etag: read.etag.clone() }
}

/// A reviewer takes over the claim of another reviewer.
pub fn take_over(read: &v1::Application) -> v1::TakeOverApplicationRequest {
    v1::TakeOverApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        reason: "The reviewer is ill.".to_owned(),
    }
}

/// A person of the commission recuses themselves from an application.
pub fn recuse(read: &v1::Application) -> v1::RecuseApplicationRequest {
    v1::RecuseApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        reason: "A relative of mine.".to_owned(),
    }
}

/// An adopter sends an application back to review.
pub fn send_back(read: &v1::Application) -> v1::SendBackApplicationRequest {
    v1::SendBackApplicationRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        reason: "The nomination letter names someone else.".to_owned(),
    }
}

/// An adopter drafts a decree without people.
pub fn draft_decree(number: &str) -> v1::CreateDecreeRequest {
    v1::CreateDecreeRequest {
        request_id: request_id(),
        parent: election(),
        decree: Some(v1::Decree {
            decree_number: number.to_owned(),
            session_date: "2019-06-03".to_owned(),
            chair: "Chair of the Commission".to_owned(),
            secretary: "Secretary of the Commission".to_owned(),
            ..Default::default()
        }),
    }
}

/// An adopter changes the number of a draft, and nothing else of it.
pub fn correct_decree(read: &v1::Decree, number: &str) -> v1::UpdateDecreeRequest {
    v1::UpdateDecreeRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        decree: Some(v1::Decree { decree_number: number.to_owned(), ..read.clone() }),
    }
}

/// An adopter adds people to the list of a decree.
pub fn list_in(decree: &str, list: Vec<String>) -> v1::AddDecreeItemsRequest {
    v1::AddDecreeItemsRequest {
        request_id: request_id(),
        name: decree.to_owned(),
        applications: list,
        ..Default::default()
    }
}

/// An adopter adds the people that a filter finds to the list of a decree.
pub fn list_filtered_in(decree: &str, filter: &str) -> v1::AddDecreeItemsRequest {
    v1::AddDecreeItemsRequest { filter: filter.to_owned(), ..list_in(decree, Vec::new()) }
}

/// An adopter removes people from the list of a decree.
pub fn take_out_of(decree: &str, list: Vec<String>) -> v1::RemoveDecreeItemsRequest {
    v1::RemoveDecreeItemsRequest {
        request_id: request_id(),
        name: decree.to_owned(),
        applications: list,
        ..Default::default()
    }
}

/// The header that precedes the bytes of the scan of a signed decree.
pub fn scan_header(decree: &str, bytes: &[u8]) -> v1::DecreeScanHeader {
    let v1::Document { sha256, size_bytes, .. } = client::declare(v1::DocumentKind::Unspecified, bytes);
    v1::DecreeScanHeader { request_id: request_id(), name: decree.to_owned(), sha256, size_bytes }
}

/// An adopter adopts a decree.
pub fn adopt(read: &v1::Decree) -> v1::AdoptDecreeRequest {
    v1::AdoptDecreeRequest {
        request_id: request_id(),
        name: read.name.clone(),
        etag: read.etag.clone(),
        ..Default::default()
    }
}

/// The commission replaces its watch list by one entry: the person's name in Latin letters and their birth date.
pub fn watch(person: &v1::Person) -> NewWatchList {
    let entry = v1::WatchListEntry {
        spellings: vec![format!("{} {}", person.given_name, person.family_name)],
        birth_date: person.birth_date.clone(),
        ..Default::default()
    };
    NewWatchList { request_id: request_id(), parent: election(), entries: vec![entry] }
}

/// An entry of a watch list that no person of a story matches. Different numbers give different entries.
pub fn nobody(number: usize) -> v1::WatchListEntry {
    v1::WatchListEntry {
        spellings: vec![format!("Nobody{number} Atall"), format!("Никто{number} Совсем")],
        birth_date: if number.is_multiple_of(10) {
            String::new()
        } else {
            format!("19{:02}-05-0{}", number % 90, number % 9 + 1)
        },
        ..Default::default()
    }
}

/// A reader asks for the list of a decree in a language and a format.
pub fn decree_list(name: &str, language: v1::Language, format: v1::ListFormat) -> v1::RenderDecreeListRequest {
    v1::RenderDecreeListRequest { name: name.to_owned(), language: language.into(), format: format.into() }
}

/// Any reader reads a decree.
pub fn decree(name: &str) -> v1::GetDecreeRequest {
    v1::GetDecreeRequest { name: name.to_owned() }
}

/// A reader lists all applications of the election that they may see.
pub fn all_applications() -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { parent: mission("-"), ..Default::default() }
}

/// A reader reads the totals of the election.
pub fn totals() -> v1::GetTotalsRequest {
    v1::GetTotalsRequest { election: election() }
}

/// A reader reads the current report of the election, in one row.
pub fn report() -> v1::GetReportRequest {
    v1::GetReportRequest { election: election(), ..Default::default() }
}

/// The registrar postpones the election of 9 June.
pub fn postpone(voting_day: &str) -> v1::PostponeElectionRequest {
    v1::PostponeElectionRequest {
        request_id: request_id(),
        name: election(),
        expected_voting_day: "2019-06-09".to_owned(),
        voting_day: voting_day.to_owned(),
        reason: "Floods in the north.".to_owned(),
        act: "Decree of the President 12".to_owned(),
    }
}

/// The registrar calls a run-off after the round of 9 June.
pub fn call_run_off(voting_day: &str) -> v1::CallRunOffRequest {
    v1::CallRunOffRequest {
        request_id: request_id(),
        name: election(),
        expected_voting_day: "2019-06-09".to_owned(),
        voting_day: voting_day.to_owned(),
        reason: "Nobody has half of the votes.".to_owned(),
        act: "Decree of the Commission 20".to_owned(),
    }
}

/// A delegation confirms all its accreditations for a run-off.
pub fn confirm_all(mission: &str) -> v1::ConfirmAccreditationsRequest {
    v1::ConfirmAccreditationsRequest {
        request_id: request_id(),
        parent: mission.to_owned(),
        all: true,
        ..Default::default()
    }
}

/// The registrar records when the results were published.
pub fn publish(time: Timestamp) -> v1::PublishResultsRequest {
    v1::PublishResultsRequest { request_id: request_id(), name: election(), publish_time: Some(timestamp(time)) }
}

/// The registrar puts a legal hold on an application, or on the whole election if the name is empty.
pub fn hold(application: &str) -> v1::CreateLegalHoldRequest {
    v1::CreateLegalHoldRequest {
        request_id: request_id(),
        parent: election(),
        application: application.to_owned(),
        reason: "An appeal is pending.".to_owned(),
    }
}

/// The registrar releases a legal hold.
pub fn release(hold: &str) -> v1::ReleaseLegalHoldRequest {
    let reason = "The appeal was dismissed.".to_owned();
    v1::ReleaseLegalHoldRequest { request_id: request_id(), name: hold.to_owned(), reason }
}

/// The registrar exports all data about the holder of a passport.
pub fn export(passport: &v1::Passport) -> v1::ExportSubjectRequest {
    v1::ExportSubjectRequest {
        parent: election(),
        issuing_state: passport.issuing_state.clone(),
        document_number: passport.number.clone(),
        purpose: "Request 12 of the person.".to_owned(),
    }
}
