//! Why the rules refuse: one variant per cause, each with a stable reason.

use jiff::Timestamp;

use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::name::PersonName;
use crate::vocabulary::role::{OrganizationKind, Role};
use crate::vocabulary::state::StateKind;
use crate::vocabulary::verb::Verb;

mod problem;
mod reason;
mod words;

pub use problem::{FieldProblem, ItemProblem};
pub use words::Stage;
use words::{grounds, list, stage_name, verbs};

/// Why the rules refuse an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller has none of the roles.
    #[error("this call needs one of the roles {}", list(.roles))]
    RoleRequired {
        /// The roles that would do.
        roles: Vec<Role>,
    },
    /// A system tries to decide.
    #[error("only a person can do this; the caller's certificate is a system's")]
    PersonRequired,
    /// The decider recommended or proposed an item, entered it from paper, or is recused from it.
    #[error(
        "nobody decides on what they entered from paper or are recused from, nor adopts or amends what they recommended or proposed"
    )]
    FourEyes {
        /// The items, if the request lists them.
        items: Vec<ItemProblem>,
    },
    /// There is no such resource for the caller.
    #[error("there is no {resource} for the caller")]
    NotFound {
        /// The resource's name, as the caller gave it.
        resource: String,
    },
    /// The cursor is not one of this log for this caller.
    #[error("the cursor is not one that this log gave to the caller's organization; start again without one")]
    InvalidCursor,
    /// The log does not hold what the cursor stands for.
    #[error("the log no longer holds the event that the cursor stands for; start again without one, and compare")]
    CursorExpired,
    /// An organization follows the log too often at once.
    #[error("the organization has {limit} watches open already; close one")]
    TooManyWatches {
        /// How many it may have.
        limit: u32,
    },
    /// No application waits.
    #[error("no application is waiting for review")]
    QueueEmpty,
    /// The name is taken.
    #[error("{resource} exists already")]
    AlreadyExists {
        /// What exists.
        resource: String,
    },
    /// The state does not allow the verb.
    #[error("an application in state {state} cannot be {}; allowed now: {}", .verb.participle(), verbs(.allowed))]
    IllegalTransition {
        /// The state it is in.
        state: StateKind,
        /// What was tried.
        verb: Verb,
        /// What the state allows.
        allowed: Vec<Verb>,
    },
    /// The resource changed since it was read.
    #[error("the resource changed since it was read; read it again and decide again")]
    EtagMismatch,
    /// Another reviewer holds the application.
    #[error("the application is claimed by another reviewer")]
    NotYourClaim,
    /// The organization has no invitation.
    #[error("the organization has no invitation to this election")]
    NotInvited,
    /// The invitation is not accepted.
    #[error("the organization's invitation has not been accepted")]
    InvitationNotAccepted,
    /// The invitation has been answered before.
    #[error("the invitation has been answered already")]
    InvitationAnswered,
    /// The wrong host invites.
    #[error("an organization of kind {kind:?} is not invited by the caller's organization")]
    WrongInviter {
        /// The kind of the invited.
        kind: OrganizationKind,
    },
    /// The election takes no applications.
    #[error("the election is not open to observation")]
    ElectionNotOpen,
    /// What is held is not postponed.
    #[error("voting day, {voting_day} in {time_zone}, has begun; the election is not postponed any more")]
    VotingBegan {
        /// The voting day.
        voting_day: jiff::civil::Date,
        /// The capital's time zone.
        time_zone: String,
    },
    /// A run-off follows a round.
    #[error("voting day, {voting_day} in {time_zone}, has not begun; a run-off is called after it")]
    VotingNotBegun {
        /// The voting day.
        voting_day: jiff::civil::Date,
        /// The capital's time zone.
        time_zone: String,
    },
    /// Nothing follows the results.
    #[error("the official results are published; no run-off follows them")]
    ResultsPublished,
    /// No run-off asks for it.
    #[error("there is no run-off for which accreditations are confirmed")]
    NothingToConfirm,
    /// The organization has announced no mission.
    #[error("the organization has announced no mission to this election")]
    MissionMissing,
    /// The mission was withdrawn as a whole.
    #[error("the mission was withdrawn as a whole at {time}; nothing is added to it any more")]
    MissionWithdrawn {
        /// When.
        time: Timestamp,
    },
    /// It is too late.
    #[error("{} closed at {cutoff} ({time_zone}); the request was received at {received}", stage_name(*.stage))]
    CutoffPassed {
        /// What closed.
        stage: Stage,
        /// When it closed.
        cutoff: Timestamp,
        /// When the request was received.
        received: Timestamp,
        /// The capital's time zone.
        time_zone: String,
    },
    /// Required documents are not declared.
    #[error("required documents are not declared: {kinds:?}")]
    DocumentsMissing {
        /// Their kinds.
        kinds: Vec<DocumentKind>,
    },
    /// Declared documents were not uploaded.
    #[error("declared documents were not uploaded: {kinds:?}")]
    DocumentsNotUploaded {
        /// Their kinds.
        kinds: Vec<DocumentKind>,
    },
    /// A file is not what its kind of document should be.
    #[error("{problem}")]
    UnacceptableDocument {
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// Other bytes came than were announced.
    #[error("{problem}; nothing was kept")]
    DigestMismatch {
        /// How they differ.
        problem: String,
    },
    /// The application has as many amendments as are kept.
    #[error("{limit} amendments were asked for of the application, and more are not kept")]
    TooManyAmendments {
        /// How many are kept.
        limit: usize,
    },
    /// The application has as many documents as are kept.
    #[error("{limit} documents were uploaded for the application, and more are not kept")]
    TooManyDocuments {
        /// How many are kept.
        limit: usize,
    },
    /// The document's retention has ended.
    #[error("the document was erased when its retention ended")]
    DocumentErased,
    /// The invitation expects no more people of the category.
    #[error("the invitation expects {limit} people of category {category:?}, and {used} are under way or accredited")]
    QuotaExceeded {
        /// The category.
        category: Category,
        /// How many are expected.
        limit: i32,
        /// How many there are without this one.
        used: i64,
    },
    /// A deployment plan cannot be carried out; nothing was kept of it.
    #[error("{} field(s) of the plan are not right; nothing was kept", .problems.len())]
    InvalidPlan {
        /// What is wrong.
        problems: Vec<FieldProblem>,
    },
    /// Findings stand in the way.
    #[error("findings must be cleared first: {}", .codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "))]
    BlockingFindings {
        /// Their codes.
        codes: Vec<FindingCode>,
    },
    /// The automatic checks have not run yet.
    #[error("the automatic checks of this application have not run yet; try again in a moment")]
    ScreeningPending,
    /// The application has no such finding.
    #[error("the application has no such finding")]
    NoSuchFinding,
    /// Questions have no answer.
    #[error("questions have no answer: {}", .fields.join(", "))]
    QuestionsUnanswered {
        /// The fields asked about.
        fields: Vec<String>,
    },
    /// A refusal names no ground.
    #[error("a refusal needs a ground and a text")]
    GroundRequired,
    /// The rule pack does not know the ground.
    #[error("the election's rule pack has no such ground; it has {}", grounds(.known))]
    UnknownGround {
        /// The field that names it.
        field: &'static str,
        /// The grounds it has.
        known: Vec<Ground>,
    },
    /// There is no such rule pack.
    #[error("there is no such rule pack")]
    UnknownRulePack,
    /// Personal data has been erased: what it was said of does not change any more.
    #[error("personal data of {resource} has been erased after its retention; it does not change any more")]
    Erased {
        /// The application, or the election that it was of.
        resource: String,
    },
    /// The hold has been released before.
    #[error("the legal hold has been released already; create another one if it is needed again")]
    HoldReleased,
    /// An anchor cannot be used.
    #[error("anchor {index} is not a usable authority certificate: {problem}")]
    InvalidAnchor {
        /// Its place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The organization's kind cannot hold the role.
    #[error("an organization of kind {kind:?} cannot hold the role {role}")]
    RoleNotForKind {
        /// The role.
        role: Role,
        /// The kind.
        kind: OrganizationKind,
    },
    /// A principal names a person whom nobody has registered.
    #[error("nobody is registered as {person}; register the person first")]
    PersonNotRegistered {
        /// The person.
        person: PersonName,
    },
    /// Items of a list are not ready; nothing was done.
    #[error("{} item(s) are not ready; nothing was done", .items.len())]
    ItemsNotReady {
        /// The items.
        items: Vec<ItemProblem>,
    },
    /// The list has another length than announced.
    #[error("the note announces {expected} people, the list has {listed}")]
    CountMismatch {
        /// As announced.
        expected: usize,
        /// As listed.
        listed: usize,
    },
    /// The decree is in force and cannot change.
    #[error("the decree has been adopted")]
    DecreeAdopted,
    /// The decree is not in force: nobody has signed it.
    #[error("the decree has not been adopted")]
    DecreeNotAdopted,
    /// The decree lists nobody.
    #[error("the decree lists nobody")]
    DecreeEmpty,
    /// The accreditation has ended before.
    #[error("the accreditation is {}: it neither ends nor is amended any more", .state.as_str())]
    AccreditationEnded {
        /// How it ended.
        state: AccreditationState,
    },
    /// The proposal was withdrawn or carried out before.
    #[error("the proposal is {state} already")]
    ProposalClosed {
        /// Where it stands.
        state: &'static str,
    },
    /// Nothing was decided against the delegation.
    #[error("there is nothing to appeal: it is {state}")]
    NothingToAppeal {
        /// The state of the application, or of its accreditation.
        state: &'static str,
    },
    /// The appeal has been decided before.
    #[error("the appeal is {state} already")]
    AppealDecided {
        /// How.
        state: &'static str,
    },
    /// An amendment cannot change that, or changes nothing; nothing was kept.
    #[error("{} field(s) cannot be amended so; nothing was kept", .problems.len())]
    NotAmendable {
        /// Which, and why.
        problems: Vec<FieldProblem>,
    },
    /// The amendment was decided or withdrawn before.
    #[error("the amendment is {state} already")]
    AmendmentClosed {
        /// Where it stands.
        state: &'static str,
    },
    /// The request id was used for another request.
    #[error("this request_id was used for a different request")]
    RequestIdReused,
    /// The page token is not one of ours for this list.
    #[error("the page_token belongs to another list or was altered")]
    InvalidPageToken,
    /// A field is wrong in a way that only the rules can tell.
    #[error("{field}: {problem}")]
    InvalidField {
        /// The field's path.
        field: &'static str,
        /// What was expected.
        problem: String,
    },
}
