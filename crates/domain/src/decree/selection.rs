//! Everybody who can be listed in a draft, or as many as are listed at once, and why others were left out.

use std::collections::BTreeMap;

use super::{Decree, Verdict, recommendation};
use crate::application::Application;
use crate::policy::PersonActor;
use crate::refusal::Refusal;

/// At most this many are listed at once.
pub const MOST_SELECTED: usize = 800;

/// A recommended application that a filter picked, and what stands around it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The application.
    pub application: Application,
    /// Whether something was found that stands in the way of accrediting.
    pub stands: bool,
    /// Whether another draft lists it.
    pub elsewhere: bool,
}

/// Why an application was left out: what would be refused when the caller adopts the decree, or is listed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// The draft lists it already.
    AlreadyListed,
    /// Another draft lists it.
    InAnotherDraft,
    /// The caller recommended it.
    OwnRecommendation,
    /// The caller entered something of it from paper.
    EnteredFromPaper,
    /// The caller is recused from it.
    Recused,
    /// Something was found after it was recommended: it is to be sent back to review.
    FindingsStand,
}

impl LeftOutReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::AlreadyListed,
        Self::InAnotherDraft,
        Self::OwnRecommendation,
        Self::EnteredFromPaper,
        Self::Recused,
        Self::FindingsStand,
    ];

    /// The reason's name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyListed => "already_listed",
            Self::InAnotherDraft => "in_another_draft",
            Self::OwnRecommendation => "own_recommendation",
            Self::EnteredFromPaper => "entered_from_paper",
            Self::Recused => "recused",
            Self::FindingsStand => "findings_stand",
        }
    }

    /// Why this one is left out, if it is.
    fn of(candidate: &Candidate, decree: &Decree, caller: &PersonActor) -> Option<Self> {
        let Candidate { application, stands, elsewhere } = candidate;
        let made = recommendation(application).ok()?;
        let entered = application.paper.as_ref().is_some_and(|paper| paper.was_entered_by(&caller.person));
        let reasons = [
            (Self::AlreadyListed, decree.applications.contains(&application.name)),
            (Self::InAnotherDraft, *elsewhere),
            (Self::OwnRecommendation, made.person == caller.person),
            (Self::EnteredFromPaper, entered),
            (Self::Recused, application.is_recused(&caller.person)),
            (Self::FindingsStand, *stands && made.verdict == Verdict::Accredit),
        ];
        reasons.into_iter().find(|(_, applies)| *applies).map(|(reason, _)| reason)
    }
}

/// What came of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// How many were listed.
    pub added: u32,
    /// How many could have been listed and were too many at once.
    pub left: u32,
    /// How many were left out, by why; none of a reason is not there.
    pub left_out: BTreeMap<LeftOutReason, u32>,
}

impl Decree {
    /// Lists whom a filter picked at the end, in the order given, as many as are listed at once; the others are counted.
    pub fn select(mut self, candidates: &[Candidate], caller: &PersonActor) -> Result<(Self, Selection), Refusal> {
        self.check_draft()?;
        let mut selection = Selection::default();
        let mut added = Vec::new();
        for candidate in candidates {
            match LeftOutReason::of(candidate, &self, caller) {
                Some(reason) => *selection.left_out.entry(reason).or_default() += 1,
                None if added.len() < MOST_SELECTED => added.push(candidate.application.name.clone()),
                None => selection.left += 1,
            }
        }
        selection.added = u32::try_from(added.len()).unwrap_or(u32::MAX);
        self.applications.extend(added);
        self.version += 1;
        Ok((self, selection))
    }
}
