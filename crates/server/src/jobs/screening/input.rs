//! The input of the checks of one application, read in one transaction.
//!
//! Nothing is compared here: comparing takes time, and an open transaction holds up others. The
//! versions that were read are compared again when the findings are saved.
//!
//! No locks: [`super::save`] notices whatever changed.

use std::sync::Arc;

use domain::amendment::Amendment;
use domain::application::Application;
use domain::application::content::{Filing, StoredFiling};
use domain::election::last_day;
use domain::mission::quota::quota_exceeded;
use domain::policy::Scope;
use domain::rule_pack::RulePack;
use domain::screening::names::PersonNames;
use domain::screening::{Screening, SimilarApplication, Version};
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{ApplicationName, InvitationName};
use jiff::civil::Date;
use store::{Command, CommandError, ComparedWith, CurrentList, PendingScreening, SimilarPage, SimilarityKind, Tx};

/// Everything that the checks need to know about one application.
pub(super) struct ScreeningInput {
    /// The row of the queue.
    pub(super) pending: PendingScreening,
    /// The application, as it was read.
    pub(super) application: Application,
    /// Its last amendment.
    pub(super) amendment: Option<Amendment>,
    /// The filing that the checks look at: that of the application, or that of an open amendment.
    /// `None` once both are decided.
    pub(super) own: Option<CheckedFiling>,
    /// What the checks found before.
    pub(super) before: Screening,
    /// Whether the checks have not looked at this version yet. Then all similar applications are
    /// read, not only named ones.
    pub(super) is_new: bool,
    /// Whether other applications may have a finding that comes from an older version of this one.
    pub(super) others_may_know_older_version: bool,
    /// The presentation that it came with, if it was never checked. Others of that presentation
    /// find it by themselves.
    pub(super) first_presentation: Option<u32>,
    /// The versions that are compared with others: what it says now, would say, or said.
    pub(super) versions: Vec<ComparedVersion>,
    /// The watch list in force.
    pub(super) list: Option<CurrentList>,
    /// The commission, in whose name the findings are recorded.
    pub(super) commission: OrganizationCode,
}

/// A filing that is checked, with the facts that its rules need.
pub(super) struct CheckedFiling {
    pub(super) filing: Arc<Filing>,
    pub(super) rules: RulePack,
    /// The last day on which a passport must be valid.
    pub(super) last_day: Date,
    pub(super) over_quota: bool,
}

/// One version of an application, with the names in the form in which they are compared.
#[derive(Clone)]
pub(super) struct ComparedVersion {
    pub(super) filing: Arc<Filing>,
    pub(super) version: Arc<Version>,
}

/// Reads the input of the checks. `None` if the application does not exist.
pub(super) struct ReadInput {
    pub(super) pending: PendingScreening,
}

impl Command for ReadInput {
    const NAME: &'static str = "read what is to be checked";
    type Output = Option<ScreeningInput>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let pending = self.pending.clone();
        let Some(application) = tx.application_of_anyone(&pending.election, pending.application).await? else {
            return Ok(None);
        };
        let amendment = tx.amendments_of(&application.name).await?.pop();
        let (list, commission) = (tx.current_watch_list(&pending.election).await?, tx.commission().await?);
        let nothing = ScreeningInput {
            pending,
            amendment,
            own: None,
            before: tx.screening(&application.name).await?,
            is_new: true,
            others_may_know_older_version: true,
            first_presentation: None,
            versions: Vec::new(),
            list,
            commission,
            application,
        };
        let input = match &nothing.amendment {
            _ if nothing.application.is_checked() => read_undecided(tx, nothing).await?,
            Some(amendment) => {
                let amendment = amendment.clone();
                read_amended(tx, nothing, &amendment).await?
            }
            None => read_decided(tx, nothing).await?,
        };
        Ok(Some(input))
    }
}

/// An application that no decree has decided.
async fn read_undecided(tx: &mut Tx<'_>, input: ScreeningInput) -> Result<ScreeningInput, CommandError> {
    let ScreeningInput { application, before, .. } = &input;
    let counting = tx.versions(&application.name).await?;
    let own = compared_version(tx.kept(application).await?, true, counting.contains_key(&application.revision));
    let (own, is_new) = (own.into_iter().collect::<Vec<_>>(), before.revision != application.revision);
    let mut versions = own.clone();
    if is_new && before.has_more_duplicates() {
        // More others than are named may have findings that come from the version before. They are
        // found by comparing that version too.
        versions.extend(compared_version(tx.stored_filing_of(&application.name, before.revision).await?, false, false));
    }
    let own = match own.first() {
        Some(own) => {
            let over_quota = is_over_quota(tx, application, &own.filing).await?;
            checked_filing(tx, &application.name, own.filing.clone(), over_quota).await?
        }
        None => None,
    };
    let first_presentation = application.place().filter(|_| before.revision == 0).map(|place| place.presentation);
    let others_may_know_older_version = is_new && before.revision != 0;
    Ok(ScreeningInput { own, is_new, others_may_know_older_version, first_presentation, versions, ..input })
}

/// An accredited application that has had an amendment. It has its place in the quota already.
async fn read_amended(
    tx: &mut Tx<'_>,
    input: ScreeningInput,
    amendment: &Amendment,
) -> Result<ScreeningInput, CommandError> {
    let name = &input.application.name;
    let is_own = amendment.is_open() && input.application.erase_time.is_none();
    let counting = tx.versions(name).await?;
    let [old, new] = tx.stored_filing_of_amendment(amendment).await?;
    let old = compared_version(old, false, counting.contains_key(&amendment.before));
    let new = compared_version(new, is_own, counting.contains_key(&amendment.after));
    let own = match &new {
        Some(new) if is_own => checked_filing(tx, name, new.filing.clone(), false).await?,
        _ => None,
    };
    let before = tx.amendment_screening(&amendment.name).await?;
    let is_new = own.is_none() || before.revision != amendment.after;
    Ok(ScreeningInput { own, before, is_new, versions: old.into_iter().chain(new).collect(), ..input })
}

/// An application that is decided, withdrawn or erased. Its own findings stay as they are; findings
/// about it in others may have to go.
async fn read_decided(tx: &mut Tx<'_>, input: ScreeningInput) -> Result<ScreeningInput, CommandError> {
    let application = &input.application;
    let counts = tx.versions(&application.name).await?.contains_key(&application.revision);
    let versions = compared_version(tx.kept(application).await?, false, counts).into_iter().collect();
    Ok(ScreeningInput { versions, ..input })
}

/// Prepares a version for the comparison. `None` if it was erased.
fn compared_version(kept: StoredFiling, is_own: bool, counts: bool) -> Option<ComparedVersion> {
    let StoredFiling::Whole(filing) = kept else { return None };
    let version = Arc::new(Version { names: PersonNames::of(&filing.content), is_own, counts });
    Some(ComparedVersion { filing: Arc::new(filing), version })
}

/// Reads the facts that the rules need. `None` if election or mission do not exist.
async fn checked_filing(
    tx: &mut Tx<'_>,
    name: &ApplicationName,
    filing: Arc<Filing>,
    over_quota: bool,
) -> Result<Option<CheckedFiling>, CommandError> {
    let election = tx.lookup_election(&name.election).await?;
    let mission = tx.lookup_mission(&Scope::All, &name.mission()).await?;
    let (Some(election), Some(mission)) = (election, mission) else { return Ok(None) };
    let last_day = last_day(mission.end_date, &tx.schedule(&name.election).await?);
    Ok(Some(CheckedFiling { filing, rules: election.rules, last_day, over_quota }))
}

/// Whether the quota was used up when this application came.
///
/// Only those that came before are counted, so a later application does not push an earlier one
/// over the quota.
async fn is_over_quota(tx: &mut Tx<'_>, of: &Application, filing: &Filing) -> Result<bool, CommandError> {
    let category = filing.content.category;
    let (election, organization) = (of.name.election.clone(), of.name.organization.clone());
    let invitation = tx.lookup_invitation(&Scope::All, &InvitationName { election, organization }).await?;
    let Some(invitation) = invitation.filter(|sent| sent.quota(category).is_some()) else { return Ok(false) };
    let came_before = tx.quota_used_before(of, category).await?;
    Ok(quota_exceeded(&invitation, category, came_before))
}

/// Reads a page of other applications with the same passport or the same birth date.
pub(super) struct ReadOthersAlike {
    pub(super) name: ApplicationName,
    pub(super) filing: Arc<Filing>,
    pub(super) presentation: Option<u32>,
    pub(super) likeness: SimilarityKind,
    pub(super) page: SimilarPage,
}

impl Command for ReadOthersAlike {
    const NAME: &'static str = "read what it is compared with";
    type Output = Vec<SimilarApplication>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let of = ComparedWith { name: &self.name, filing: &self.filing, presentation: self.presentation };
        Ok(tx.alike(of, self.likeness, self.page).await?)
    }
}

/// Reads other applications by their names, to compare them with every version.
pub(super) struct ReadNamedOthers {
    pub(super) name: ApplicationName,
    pub(super) versions: Vec<ComparedVersion>,
    pub(super) others: Vec<ApplicationName>,
}

impl Command for ReadNamedOthers {
    const NAME: &'static str = "read what it was found to be like";
    type Output = Vec<(Arc<Version>, SimilarApplication)>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let mut read = Vec::new();
        for version in &self.versions {
            let of = ComparedWith { name: &self.name, filing: &version.filing, presentation: None };
            for other in &self.others {
                let found = tx.versions_of_other(of, other.id).await?;
                read.extend(found.into_iter().map(|one| (version.version.clone(), one)));
            }
        }
        Ok(read)
    }
}
