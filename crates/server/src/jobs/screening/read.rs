//! What the checks of one application need, read in one transaction and compared in none.

use std::sync::Arc;

use domain::amendment::Amendment;
use domain::application::Application;
use domain::application::content::{Filing, Kept};
use domain::election::last_day;
use domain::mission::quota::quota_exceeded;
use domain::policy::Scope;
use domain::rule_pack::RulePack;
use domain::screening::names::PersonNames;
use domain::screening::{Alike, Screening, Version};
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{ApplicationName, InvitationName};
use jiff::civil::Date;
use store::{AlikePage, Command, CommandError, CurrentList, HeldAgainst, Likeness, PendingScreening, Tx};

/// Everything about one application that waits.
pub(super) struct Subject {
    pub(super) pending: PendingScreening,
    pub(super) application: Application,
    /// Its last amendment.
    pub(super) amendment: Option<Amendment>,
    /// What the checks look at: the application, or what an open amendment would make it say. None once both are decided.
    pub(super) own: Option<Own>,
    /// What they found before.
    pub(super) before: Screening,
    /// Whether they have not looked at this version yet.
    pub(super) is_new: bool,
    /// Whether others may know it by another version.
    pub(super) said_otherwise: bool,
    /// The presentation that it came with, if they have never looked at it.
    pub(super) first_with: Option<u32>,
    /// What it says, would say or said.
    pub(super) versions: Vec<Said>,
    pub(super) list: Option<CurrentList>,
    pub(super) commission: OrganizationCode,
}

/// What an application is checked against, by itself.
pub(super) struct Own {
    pub(super) filing: Arc<Filing>,
    pub(super) rules: RulePack,
    pub(super) last_day: Date,
    pub(super) over_quota: bool,
}

/// One version of an application, and what it is compared as.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) filing: Arc<Filing>,
    pub(super) version: Arc<Version>,
}

/// Reads one application; none if it is gone.
pub(super) struct Read {
    pub(super) pending: PendingScreening,
}

impl Command for Read {
    const NAME: &'static str = "read what is to be checked";
    type Output = Option<Subject>;

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
        let nothing = Subject {
            pending,
            amendment,
            own: None,
            before: tx.screening(&application.name).await?,
            is_new: true,
            said_otherwise: true,
            first_with: None,
            versions: Vec::new(),
            list,
            commission,
            application,
        };
        let subject = match &nothing.amendment {
            _ if nothing.application.is_checked() => checked(tx, nothing).await?,
            Some(amendment) => {
                let amendment = amendment.clone();
                amended(tx, nothing, &amendment).await?
            }
            None => gone(tx, nothing).await?,
        };
        Ok(Some(subject))
    }
}

/// An application that waits for its decision.
async fn checked(tx: &mut Tx<'_>, subject: Subject) -> Result<Subject, CommandError> {
    let Subject { application, before, .. } = &subject;
    let counting = tx.versions(&application.name).await?;
    let own = said(tx.kept(application).await?, true, counting.contains_key(&application.revision));
    let (own, is_new) = (own.into_iter().collect::<Vec<_>>(), before.revision != application.revision);
    let mut versions = own.clone();
    if is_new && before.has_more_duplicates() {
        // Not all who know it by what it said before are named.
        versions.extend(said(tx.kept_of(&application.name, before.revision).await?, false, false));
    }
    let own = match own.first() {
        Some(own) => {
            let over_quota = over_quota(tx, application, &own.filing).await?;
            around(tx, &application.name, own.filing.clone(), over_quota).await?
        }
        None => None,
    };
    let first_with = application.place().filter(|_| before.revision == 0).map(|place| place.presentation);
    let said_otherwise = is_new && before.revision != 0;
    Ok(Subject { own, is_new, said_otherwise, first_with, versions, ..subject })
}

/// One that is accredited, and was or is to be amended. Its place in the quota is taken already.
async fn amended(tx: &mut Tx<'_>, subject: Subject, amendment: &Amendment) -> Result<Subject, CommandError> {
    let name = &subject.application.name;
    let is_own = amendment.is_open() && subject.application.erase_time.is_none();
    let counting = tx.versions(name).await?;
    let [old, new] = tx.kept_of_amendment(amendment).await?;
    let old = said(old, false, counting.contains_key(&amendment.before));
    let new = said(new, is_own, counting.contains_key(&amendment.after));
    let own = match &new {
        Some(new) if is_own => around(tx, name, new.filing.clone(), false).await?,
        _ => None,
    };
    let before = tx.amendment_screening(&amendment.name).await?;
    let is_new = own.is_none() || before.revision != amendment.after;
    Ok(Subject { own, before, is_new, versions: old.into_iter().chain(new).collect(), ..subject })
}

/// One that is decided, withdrawn or erased: what was found stays, and others may have to forget it.
async fn gone(tx: &mut Tx<'_>, subject: Subject) -> Result<Subject, CommandError> {
    let application = &subject.application;
    let counts = tx.versions(&application.name).await?.contains_key(&application.revision);
    let versions = said(tx.kept(application).await?, false, counts).into_iter().collect();
    Ok(Subject { versions, ..subject })
}

fn said(kept: Kept, is_own: bool, counts: bool) -> Option<Said> {
    let Kept::Whole(filing) = kept else { return None };
    let version = Arc::new(Version { names: PersonNames::of(&filing.content), is_own, counts });
    Some(Said { filing: Arc::new(filing), version })
}

async fn around(
    tx: &mut Tx<'_>,
    name: &ApplicationName,
    filing: Arc<Filing>,
    over_quota: bool,
) -> Result<Option<Own>, CommandError> {
    let election = tx.lookup_election(&name.election).await?;
    let mission = tx.lookup_mission(&Scope::All, &name.mission()).await?;
    let (Some(election), Some(mission)) = (election, mission) else { return Ok(None) };
    let last_day = last_day(mission.end_date, &tx.schedule(&name.election).await?);
    Ok(Some(Own { filing, rules: election.rules, last_day, over_quota }))
}

/// Whether the invitation had no place left when this one came.
async fn over_quota(tx: &mut Tx<'_>, of: &Application, filing: &Filing) -> Result<bool, CommandError> {
    let category = filing.content.category;
    let (election, organization) = (of.name.election.clone(), of.name.organization.clone());
    let invitation = tx.lookup_invitation(&Scope::All, &InvitationName { election, organization }).await?;
    let Some(invitation) = invitation.filter(|sent| sent.quota(category).is_some()) else { return Ok(false) };
    let came_before = tx.quota_used_before(of, category).await?;
    Ok(quota_exceeded(&invitation, category, came_before))
}

/// A page of others that are like one version.
pub(super) struct Others {
    pub(super) name: ApplicationName,
    pub(super) filing: Arc<Filing>,
    pub(super) presentation: Option<u32>,
    pub(super) likeness: Likeness,
    pub(super) page: AlikePage,
}

impl Command for Others {
    const NAME: &'static str = "read what it is compared with";
    type Output = Vec<Alike>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let of = HeldAgainst { name: &self.name, filing: &self.filing, presentation: self.presentation };
        Ok(tx.alike(of, self.likeness, self.page).await?)
    }
}

/// Others by their names, each held against every version.
pub(super) struct Named {
    pub(super) name: ApplicationName,
    pub(super) versions: Vec<Said>,
    pub(super) others: Vec<ApplicationName>,
}

impl Command for Named {
    const NAME: &'static str = "read what it was found to be like";
    type Output = Vec<(Arc<Version>, Alike)>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let mut read = Vec::new();
        for said in &self.versions {
            let of = HeldAgainst { name: &self.name, filing: &said.filing, presentation: None };
            for other in &self.others {
                let found = tx.versions_of_other(of, other.id).await?;
                read.extend(found.into_iter().map(|one| (said.version.clone(), one)));
            }
        }
        Ok(read)
    }
}
