//! Why the rules refuse a request: one variant per cause, each with a stable reason code.
//!
//! A message says what was wrong, what was expected, and what to do now. It holds no personal data, because messages
//! are written to logs. Programs branch on [`Refusal::reason`] and never on the message.

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

mod message;
mod problem;
mod reason;
mod stage;

use message::{grounds, list, stage_name, verbs};
pub use problem::{FieldProblem, ItemProblem};
pub use stage::Stage;

/// Why the rules refuse an action. Nothing is changed by a refused request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller has none of the roles that the method needs.
    #[error("this call needs one of the roles {}; the caller has none of them", list(.roles))]
    RoleRequired {
        /// The roles of which one is enough.
        roles: Vec<Role>,
    },
    /// The caller's certificate belongs to a system. Only a person decides: the law names the people who answer for a
    /// decision.
    #[error("only a person can do this, and the caller's certificate belongs to a system; use a person's certificate")]
    PersonRequired,
    /// Separation of duties: the caller recommended or proposed an item, entered it from paper, or is recused from it.
    ///
    /// It is checked by person, not by certificate: two certificates of one human do not help.
    #[error("the caller recommended, proposed or entered this, or is recused from it; another person must decide")]
    FourEyes {
        /// The items with their reasons, if the request lists items; empty for a request about one resource.
        items: Vec<ItemProblem>,
    },
    /// The resource does not exist, or the caller may not see it. Both look the same, so that nobody can probe for the
    /// resources of another organization.
    #[error("there is no {resource} for the caller")]
    NotFound {
        /// The resource name, as the caller gave it.
        resource: String,
    },
    /// The cursor was not issued by this log for this organization.
    #[error("the cursor was not issued by this log for the caller's organization; start again without a cursor")]
    InvalidCursor,
    /// The log does not hold the event of the cursor, for example after a restore of an older backup.
    #[error("the log no longer holds the event of this cursor; start again without a cursor, and compare")]
    CursorExpired,
    /// The organization has too many watch streams open at once.
    #[error("the organization has {limit} watch streams open already; close one of them")]
    TooManyWatches {
        /// How many streams an organization may have open.
        limit: u32,
    },
    /// The review queue holds no application that this reviewer can claim.
    #[error("no application is waiting for review; try again later")]
    QueueEmpty,
    /// A resource with this name, or with this unique property, exists already.
    #[error("{resource} exists already")]
    AlreadyExists {
        /// What exists.
        resource: String,
    },
    /// The state of the application does not allow the verb.
    #[error("an application in state {state} cannot be {}; allowed now: {}", .verb.participle(), verbs(.allowed))]
    IllegalTransition {
        /// The state that the application is in.
        state: StateKind,
        /// The verb that was tried.
        verb: Verb,
        /// The verbs that a caller may use in this state.
        allowed: Vec<Verb>,
    },
    /// The resource changed after the caller read it. Without this check, one of two callers would overwrite the other
    /// without having seen the change.
    #[error("the resource changed since it was read; read it again and decide again")]
    EtagMismatch,
    /// Another reviewer holds the application.
    #[error("another reviewer has claimed the application; take it over, or wait until the claim ends")]
    NotYourClaim,
    /// The organization has no invitation to the election.
    #[error("the organization has no invitation to this election; ask the inviter for one")]
    NotInvited,
    /// The organization has an invitation and has not accepted it.
    #[error("the organization's invitation has not been accepted; accept it first")]
    InvitationNotAccepted,
    /// The invitation was answered before. An answer is final.
    #[error("the invitation has been answered already; an answer cannot be changed")]
    InvitationAnswered,
    /// The caller's organization does not invite organizations of this kind. The ministry invites states and
    /// international organizations. The commission invites foreign election commissions.
    #[error("the caller's organization does not invite organizations of kind {kind:?}")]
    WrongInviter {
        /// The kind of the organization to be invited.
        kind: OrganizationKind,
    },
    /// The election is registered and takes no applications yet.
    #[error("the election is not open to observation yet")]
    ElectionNotOpen,
    /// Voting has begun: the election cannot be postponed.
    #[error("voting day, {voting_day} in {time_zone}, has begun; the election cannot be postponed any more")]
    VotingBegan {
        /// The voting day.
        voting_day: jiff::civil::Date,
        /// The capital's time zone.
        time_zone: String,
    },
    /// Voting has not begun: a run-off cannot be called yet.
    #[error("voting day, {voting_day} in {time_zone}, has not begun; call the run-off after it has begun")]
    VotingNotBegun {
        /// The voting day.
        voting_day: jiff::civil::Date,
        /// The capital's time zone.
        time_zone: String,
    },
    /// The official results are published: a run-off cannot be called any more.
    #[error("the official results are published; a run-off cannot be called after them")]
    ResultsPublished,
    /// No run-off was called, or the rule pack does not ask for confirmations.
    #[error("there is no run-off for which accreditations have to be confirmed")]
    NothingToConfirm,
    /// The organization has not announced a mission to this election.
    #[error("the organization has announced no mission to this election; announce it first")]
    MissionMissing,
    /// The whole mission was withdrawn.
    #[error("the mission was withdrawn as a whole at {time}; nothing can be added to it any more")]
    MissionWithdrawn {
        /// When it was withdrawn.
        time: Timestamp,
    },
    /// The request arrived after the cutoff. The moment when the service had read the whole request decides.
    #[error("{} closed at {cutoff} ({time_zone}); the request was received at {received}", stage_name(*.stage))]
    CutoffPassed {
        /// The stage that closed.
        stage: Stage,
        /// When it closed.
        cutoff: Timestamp,
        /// When the request was received.
        received: Timestamp,
        /// The capital's time zone.
        time_zone: String,
    },
    /// Required documents are not declared.
    #[error("required documents are not declared: {kinds:?}; add them to the application")]
    DocumentsMissing {
        /// Their kinds.
        kinds: Vec<DocumentKind>,
    },
    /// Declared documents were not uploaded.
    #[error("declared documents were not uploaded: {kinds:?}; upload them first")]
    DocumentsNotUploaded {
        /// Their kinds.
        kinds: Vec<DocumentKind>,
    },
    /// A file does not have the content that its kind of document needs.
    #[error("{problem}")]
    UnacceptableDocument {
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The received bytes do not have the announced size or digest.
    #[error("{problem}; nothing was kept")]
    DigestMismatch {
        /// The announced and the received value.
        problem: String,
    },
    /// The application has the maximum number of amendments.
    #[error("the application has {limit} amendments already, which is the maximum")]
    TooManyAmendments {
        /// The maximum per application.
        limit: usize,
    },
    /// The application, or the decree, has the maximum number of documents.
    #[error("there are {limit} documents already, which is the maximum")]
    TooManyDocuments {
        /// The maximum number.
        limit: usize,
    },
    /// The document was erased when its retention ended.
    #[error("the document was erased when its retention ended")]
    DocumentErased,
    /// The quota of the invitation is binding and used up.
    #[error("the invitation expects {limit} people of category {category:?}, and {used} are under way or accredited")]
    QuotaExceeded {
        /// The category.
        category: Category,
        /// How many people of the category the invitation expects.
        limit: i32,
        /// How many of the organization's other applications count for the quota.
        used: i64,
    },
    /// The deployment plan has errors.
    #[error("{} field(s) of the plan are not valid; nothing was kept", .problems.len())]
    InvalidPlan {
        /// Every error of the plan, by field.
        problems: Vec<FieldProblem>,
    },
    /// Blocking findings of the screening have not been cleared.
    #[error("findings must be cleared first: {}", .codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "))]
    BlockingFindings {
        /// The codes of the blocking findings.
        codes: Vec<FindingCode>,
    },
    /// The screening has not checked the current revision yet.
    #[error("the automatic checks of this application have not run yet; try again in a moment")]
    ScreeningPending,
    /// The screening has no finding under this code.
    #[error("the application has no such finding; read it again")]
    NoSuchFinding,
    /// A return must be answered as a whole: some questions have no answer.
    #[error("questions have no answer: {}; answer all of them in one call", .fields.join(", "))]
    QuestionsUnanswered {
        /// The paths of the fields of the open questions.
        fields: Vec<String>,
    },
    /// A refusal must give a ground of the rule pack and a text, because the person can appeal against it.
    #[error("a refusal needs a ground and a text; give both")]
    GroundRequired,
    /// The election's rule pack does not define the ground.
    #[error("the election's rule pack has no such ground; it has {}", grounds(.known))]
    UnknownGround {
        /// The path of the field with the unknown ground.
        field: &'static str,
        /// The grounds that the rule pack defines.
        known: Vec<Ground>,
    },
    /// Nobody has imported the rule pack.
    #[error("there is no rule pack with this id; list the rule packs, or import this one first")]
    UnknownRulePack,
    /// The file of a rule pack has problems.
    #[error("the rule pack has {} problem(s); correct the file: {}", .problems.len(), message::problems(.problems))]
    InvalidRulePack {
        /// Every problem, with the path of the value in the file.
        problems: Vec<FieldProblem>,
    },
    /// Personal data was erased after its retention, so the resource cannot change any more.
    #[error("personal data of {resource} has been erased after its retention; it cannot be changed any more")]
    Erased {
        /// The application, mission or election whose data was erased.
        resource: String,
    },
    /// The legal hold was released before.
    #[error("the legal hold has been released already; create another one if it is needed again")]
    HoldReleased,
    /// A trust anchor cannot be used to verify certificates.
    #[error("anchor {index} is not a usable authority certificate: {problem}")]
    InvalidAnchor {
        /// Its index in the list, from 0.
        index: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// An organization of this kind cannot have a principal with this role.
    #[error("an organization of kind {kind:?} cannot hold the role {role}")]
    RoleNotForKind {
        /// The role that was requested.
        role: Role,
        /// The kind of the organization.
        kind: OrganizationKind,
    },
    /// The principal's holder is a person who is not registered.
    #[error("nobody is registered as {person}; register the person first")]
    PersonNotRegistered {
        /// The person who is missing.
        person: PersonName,
    },
    /// Some items of a list are not ready. A list is processed as a whole or not at all.
    #[error("{} item(s) are not ready; nothing was done", .items.len())]
    ItemsNotReady {
        /// The items that are not ready, with the problem of each.
        items: Vec<ItemProblem>,
    },
    /// The list is longer or shorter than the note announces: a page may be missing.
    #[error("the note announces {expected} people, and the list has {listed}; compare the two")]
    CountMismatch {
        /// The number that the note announces.
        expected: usize,
        /// The number of items in the request.
        listed: usize,
    },
    /// The decree is in force and cannot be changed.
    #[error("the decree has been adopted and cannot be changed")]
    DecreeAdopted,
    /// The decree is a draft, so nobody can have signed it.
    #[error("the decree has not been adopted yet; a scan can be attached after that")]
    DecreeNotAdopted,
    /// The decree lists no application and no proposal.
    #[error("the decree lists nobody; add items to it first")]
    DecreeEmpty,
    /// The accreditation ended before.
    #[error("the accreditation is {}: it can neither be ended nor amended any more", .state.as_str())]
    AccreditationEnded {
        /// How it ended.
        state: AccreditationState,
    },
    /// The proposal was withdrawn or carried out before.
    #[error("the proposal is {state} already")]
    ProposalClosed {
        /// The state of the proposal.
        state: &'static str,
    },
    /// No decree decided against the person: there is nothing to appeal.
    #[error("there is nothing to appeal: it is {state}")]
    NothingToAppeal {
        /// The state of the application, or of its accreditation.
        state: &'static str,
    },
    /// The appeal was decided before. A decision on an appeal is final.
    #[error("the appeal is {state} already")]
    AppealDecided {
        /// How it was decided.
        state: &'static str,
    },
    /// The amendment changes a field that its kind cannot change, or changes nothing.
    #[error("{} field(s) cannot be amended in this way; nothing was kept", .problems.len())]
    NotAmendable {
        /// The fields, and why each cannot be amended.
        problems: Vec<FieldProblem>,
    },
    /// The amendment was decided or withdrawn before.
    #[error("the amendment is {state} already")]
    AmendmentClosed {
        /// The state of the amendment.
        state: &'static str,
    },
    /// The request id was used before, for a request with another content.
    #[error("this request_id was used for a different request; use a new one")]
    RequestIdReused,
    /// The page token was not issued for this list with these filters.
    #[error("the page_token belongs to another list or was altered; start again without one")]
    InvalidPageToken,
    /// A field has a value that only the rules can find wrong; the schema of the message allows it.
    #[error("{field}: {problem}")]
    InvalidField {
        /// The path of the field.
        field: &'static str,
        /// What was expected, and what to do.
        problem: String,
    },
}
