//! `accreditd init` and `accreditd migrate`: they create the database, and bring its schema up
//! to date.
//!
//! A new service needs a commission and two registrars who are two people. They register
//! everybody else through the API.
//!
//! **Dies halfway.** The schema may exist without the commission then. A second `init` refuses
//! such a database; it is empty, so the operator deletes it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail, ensure};
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use domain::registry::organization::acts;
use domain::registry::organization::{Holder, Organization, Principal};
use domain::registry::person::Person;
use domain::rule_pack;
use domain::vocabulary::dated_name::{NameDraft, Names, check_text};
use domain::vocabulary::id::{OrganizationCode, PersonId, PrincipalCode, TrustDomain};
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::role::{OrganizationKind, Role};
use jiff::Timestamp;
use store::{Command, CommandError, Database, Keys, Store, Tx};

use crate::{Clock as _, Config, SystemClock, tls};

/// What a new service starts with. Everything else is registered through the API.
#[derive(Clone)]
pub struct Bootstrap {
    /// The names of the commission, each in one language.
    pub names: Vec<NameDraft>,
    /// The trust domain of its certificates, as in `cec.example`.
    pub trust_domain: String,
    /// The certificates of its authorities, in PEM. At least one.
    pub anchors: Vec<String>,
    /// Its first registrars. At least two, held by two different people.
    pub registrars: Vec<Registrar>,
}

/// One of the first registrars.
#[derive(Clone)]
pub struct Registrar {
    /// The code of the principal, which its certificate names.
    pub principal: String,
    /// The id of the person who holds the key.
    pub person: String,
    /// The full name of the person, as in an identity document.
    pub full_name: String,
}

/// Creates the schema, the commission and, if it is missing, the master key.
///
/// `owner_url` is the database as the role that owns the schema, for PostgreSQL only.
///
/// # Errors
///
/// If the database is not empty: it is left as it is. If an argument is wrong, the error begins
/// with the name of the option, and nothing was created.
pub async fn init(config: &Config, owner_url: Option<&str>, bootstrap: &Bootstrap) -> anyhow::Result<()> {
    let now = SystemClock::new().now();
    let commission = CreateCommission::check(bootstrap, now)?;
    let (database, owner) = (config.database()?, owner(owner_url)?);
    if let Database::Sqlite(path) = &database {
        ensure!(!path.exists(), "{} exists already; init never touches an existing database", path.display());
    }
    let keys =
        if config.key_file.exists() { read_key_file(&config.key_file)? } else { make_key_file(&config.key_file)? };
    let created = Store::create(&database, owner.as_ref(), &keys, now).await;
    created.with_context(|| format!("cannot set up {database}"))?;
    let store = Store::open(&database, keys, 1).await?;
    store.run(commission).await.context("cannot register the commission")?;
    Ok(())
}

/// Applies the migrations that the database has not had. Gives how many.
///
/// Servers of the previous version may run meanwhile.
pub async fn migrate(config: &Config, owner_url: Option<&str>) -> anyhow::Result<usize> {
    let (database, owner) = (config.database()?, owner(owner_url)?);
    Store::migrate(&database, owner.as_ref()).await.with_context(|| format!("cannot migrate {database}"))
}

/// Parses the option `--owner-url`.
fn owner(url: Option<&str>) -> anyhow::Result<Option<Database>> {
    let parse = |url| Database::parse(url, Path::new("")).map_err(|problem| anyhow!("--owner-url: {problem}"));
    url.map(parse).transpose()
}

/// Reads the master key.
///
/// # Errors
///
/// The error names the file. It never quotes its content.
pub(crate) fn read_key_file(path: &Path) -> anyhow::Result<Keys> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the master key {}", path.display()))?;
    Keys::parse(&text).with_context(|| format!("in {}", path.display()))
}

/// Generates a master key into a new file that only its owner can read. It reaches the disk before
/// anything is sealed with it.
fn make_key_file(path: &Path) -> anyhow::Result<Keys> {
    let text = Keys::generate();
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("cannot make the master key {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).context("cannot write the master key")?;
    Ok(Keys::parse(&text)?)
}

/// Inserts the commission, its first registrars, the people who hold their keys and the built-in
/// rule packs, in one transaction.
struct CreateCommission {
    /// The commission.
    commission: Organization,
    /// The people who hold the keys. One person can hold several.
    people: BTreeMap<PersonId, Person>,
    /// The principals of the registrars.
    registrars: Vec<Principal>,
    /// The moment of all events.
    now: Timestamp,
}

impl CreateCommission {
    /// Checks all arguments, before anything is created.
    fn check(bootstrap: &Bootstrap, now: Timestamp) -> anyhow::Result<Self> {
        let Bootstrap { names, trust_domain, anchors, registrars } = bootstrap;
        let trust_domain: TrustDomain = trust_domain.parse().context("--trust-domain")?;
        ensure!(!anchors.is_empty(), "--anchor: expected at least one authority certificate");
        for anchor in anchors {
            if let Err(problem) = tls::check_anchor(anchor) {
                bail!("--anchor: {problem}");
            }
        }
        let commission = Organization {
            code: OrganizationCode::commission(),
            kind: OrganizationKind::ElectionCommission,
            names: Names::register(names.clone(), "--name", now)?,
            state: None,
            trust_domain,
            anchors: anchors.clone(),
            suspended: false,
            create_time: now,
        };
        let (mut people, mut principals) = (BTreeMap::new(), Vec::new());
        for new in registrars {
            let person = person(new, now)?;
            let principal = registrar(&commission, new, &person)?;
            let is_twice = principals.iter().any(|before: &Principal| before.name == principal.name);
            ensure!(!is_twice, "--registrar: the principal {} is given twice", new.principal);
            principals.push(principal);
            if let Some(before) = people.insert(person.id.clone(), person.clone()) {
                ensure!(before == person, "--registrar: {} has two different full names", person.id);
            }
        }
        // By person and not by principal: one person with two certificates is no second pair of
        // eyes.
        ensure!(people.len() >= 2, "--registrar: expected two registrars who are two different people");
        Ok(Self { commission, people, registrars: principals, now })
    }
}

/// The person who holds the key of a registrar.
fn person(new: &Registrar, now: Timestamp) -> anyhow::Result<Person> {
    let Registrar { principal, person, full_name } = new;
    let id: PersonId = person.parse().with_context(|| format!("--registrar {principal}={person}"))?;
    if let Err(problem) = check_text(full_name) {
        bail!("--registrar {principal}={person}: the full name {problem}");
    }
    Ok(Person { id, full_name: Personal::new(full_name.trim().to_owned()), create_time: now })
}

/// The principal of a registrar.
fn registrar(commission: &Organization, new: &Registrar, person: &Person) -> anyhow::Result<Principal> {
    let code: PrincipalCode = new.principal.parse().with_context(|| format!("--registrar {}", new.principal))?;
    Ok(Principal {
        spiffe_id: commission.spiffe_id(&code),
        name: PrincipalName { organization: commission.code.clone(), principal: code },
        holder: Holder::Person(person.id.clone()),
        roles: vec![Role::CecRegistrar],
        disabled: false,
    })
}

impl Command for CreateCommission {
    const NAME: &'static str = "init";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let permit = Permit::for_the_service();
        let service = Service { now: self.now };
        let people = self.people.values().cloned().collect();
        let founded = acts::found(&service, self.commission.clone(), people, self.registrars.clone());
        for outcome in founded.into_iter().chain(rule_pack::acts::import_built_in(&service)) {
            tx.save(&permit, &outcome).await?;
        }
        Ok(())
    }
}
