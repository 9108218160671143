//! A running service with everyone who calls it, and steps that bring applications to a state.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, bail};
use client::Client;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use rehearsal::people::People;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
use rehearsal::{Stage, World, filing};
use wire::v1;

use crate::prepared::PreparedWorld;
use crate::{Database, Ground, ask};

/// How many applications are filed or reviewed concurrently. More would only wait for the database.
const CONCURRENT_CALLS: usize = 16;

/// A running service with one election, and a client for each person of the stories.
pub struct Scene {
    /// The service, its clock and its directory.
    pub world: World,
    /// The secretary of `osce-odihr`.
    pub osce: Client,
    /// The secretary of `cis`.
    pub cis: Client,
    /// The officer of the ministry.
    pub officer: Client,
    /// The first of two reviewers. They claim and recommend what [`Scene::bring`] brings.
    pub reviewer: Client,
    /// The second reviewer, another person: who recommended an application may not decide its amendment or appeal.
    pub second_reviewer: Client,
    /// The adopter of decrees.
    pub adopter: Client,
    /// The registrar of the commission.
    pub registrar: Client,
    /// The auditor, who reads everything and changes nothing.
    pub auditor: Client,
    /// The database of the world. It must be dropped after the world, which verifies it.
    pub ground: Ground,
    /// What this world was copied from. It is kept, so that other stories can copy it too.
    _prepared: Option<Arc<PreparedWorld>>,
    people: Mutex<People>,
    numbers: AtomicU32,
}

/// The state to which a test brings an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Filed, with its documents uploaded.
    Draft,
    /// Submitted to the ministry.
    Submitted,
    /// Presented, in the queue of the commission, and checked.
    Presented,
    /// Claimed by [`Scene::reviewer`].
    InReview,
    /// Recommended for accreditation by [`Scene::reviewer`].
    Recommended,
}

impl Scene {
    /// A world on a database in which applications can be filed.
    pub async fn on(database: Database) -> anyhow::Result<Self> {
        Self::at_stage(database, Stage::Announced).await
    }

    /// A world that stops at an earlier stage, for example before anybody is invited.
    pub async fn at_stage(database: Database, stage: Stage) -> anyhow::Result<Self> {
        Self::with_servers(database, 1, stage).await
    }

    /// A world with several servers on one database.
    pub async fn with_servers(database: Database, servers: usize, stage: Stage) -> anyhow::Result<Self> {
        if stage == Stage::Announced {
            return Self::copy_of(PreparedWorld::of(database).await?, servers).await;
        }
        let ground = Ground::new(database).await?;
        let world = World::small_in(ground.options(servers), stage).await?;
        Ok(Self::new(world, ground, None))
    }

    /// A copy of a prepared world, with this number of servers.
    async fn copy_of(prepared: Arc<PreparedWorld>, servers: usize) -> anyhow::Result<Self> {
        let ground = prepared.ground.clone();
        let ground = tokio::task::spawn_blocking(move || ground.copy()).await??;
        let world = prepared.world.start_copy(ground.options(servers)).await?;
        Ok(Self::new(world, ground, Some(prepared)))
    }

    /// The clients of a small world.
    fn new(world: World, ground: Ground, prepared: Option<Arc<PreparedWorld>>) -> Self {
        Self {
            osce: world.actor("osce-odihr", SECRETARY),
            cis: world.actor("cis", SECRETARY),
            officer: world.actor(MFA, MFA_OFFICER),
            reviewer: world.actor(CEC, "reviewer-1"),
            second_reviewer: world.actor(CEC, "reviewer-2"),
            adopter: world.actor(CEC, "adopter"),
            registrar: world.actor(CEC, REGISTRAR),
            auditor: world.actor(CEC, "auditor"),
            people: Mutex::new(People::new(2019)),
            numbers: AtomicU32::new(0),
            ground,
            world,
            _prepared: prepared,
        }
    }

    /// The next number that is unused in this world, for notes and decrees.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An application for a new person, not filed yet.
    pub fn someone(&self) -> v1::Application {
        let person = self.people.lock().expect("no thread panics while it holds the lock").person("FRA");
        filing::application(v1::Category::ShortTermObserver, person)
    }

    /// An application for a new person on paper, with a note that was received at that moment.
    pub fn someone_on_paper(&self, received: Timestamp) -> v1::Application {
        let person = self.people.lock().expect("no thread panics while it holds the lock").person("FRA");
        let (note_number, receive_time) = ("12-3/456".to_owned(), Some(timestamp(received)));
        let paper = v1::PaperFiling { note_number, receive_time, ..Default::default() };
        filing::on_paper(v1::Category::ShortTermObserver, person, paper)
    }

    /// An application for a new person whose passport expires before the missions end.
    pub fn someone_with_an_old_passport(&self) -> anyhow::Result<v1::Application> {
        Ok(self.new_application_with_passport_until("2019-06-12".parse()?))
    }

    /// An application for a new person whose passport expires on that day.
    pub fn new_application_with_passport_until(&self, expiry: Date) -> v1::Application {
        let person = self
            .people
            .lock()
            .expect("no thread panics while it holds the lock")
            .person_with_passport_until("FRA", expiry);
        filing::application(v1::Category::ShortTermObserver, person)
    }

    /// Files an application for a new person and brings it to a state. Returns it as its last caller reads it.
    pub async fn bring(&self, organization: &str, reach: Reach) -> anyhow::Result<v1::Application> {
        self.bring_as(organization, self.someone(), reach).await
    }

    /// Files an application and brings it to a state. [`Scene::registrar`] files it if it is on paper.
    pub async fn bring_as(
        &self,
        organization: &str,
        mut application: v1::Application,
        reach: Reach,
    ) -> anyhow::Result<v1::Application> {
        // The documents show the name and the passport, which the test may have changed.
        let person = application.person.clone().unwrap_or_default();
        application.documents = filing::documents_of(&person);
        let filer = match application.paper {
            Some(_) => self.registrar.clone(),
            None => self.world.actor(organization, SECRETARY),
        };
        if application.paper.is_some() {
            application.documents.push(filing::note_of(&person));
        }
        let draft = filer.create_application(ask::file(&ask::mission(organization), application)).await?;
        self.upload(&filer, &draft).await?;
        if reach == Reach::Draft {
            return Ok(draft);
        }
        let submitted = filer.submit_application(ask::submit(&draft.name)).await?;
        if reach == Reach::Submitted {
            return Ok(submitted);
        }
        self.present_checked(vec![submitted.name.clone()]).await?;
        if reach == Reach::Presented {
            return Ok(self.reviewer.get_application(ask::application(&submitted.name)).await?);
        }
        let claimed = self.reviewer.claim_application(ask::claim(&submitted.name)).await?;
        if reach == Reach::InReview {
            return Ok(claimed);
        }
        Ok(self.reviewer.recommend_application(ask::recommend(&claimed)).await?)
    }

    /// Uploads the documents that an application declares.
    pub async fn upload(&self, secretary: &Client, application: &v1::Application) -> anyhow::Result<()> {
        filing::upload(self.world.calls(), secretary, &application.name, application, &[]).await
    }

    /// Uploads the documents that `next` declares and `application` does not.
    pub async fn upload_next(
        &self,
        secretary: &Client,
        application: &v1::Application,
        next: &v1::Application,
    ) -> anyhow::Result<()> {
        filing::upload(self.world.calls(), secretary, &application.name, next, &application.documents).await
    }

    /// The ministry presents a list under a new note number.
    pub async fn present(&self, list: Vec<String>) -> Result<v1::Presentation, client::Error> {
        self.officer.create_presentation(ask::present(&format!("note {}", self.number()), list)).await
    }

    /// Presents a list and waits for the automatic checks. Without them the queue would offer nothing to a reviewer.
    pub async fn present_checked(&self, list: Vec<String>) -> anyhow::Result<v1::Presentation> {
        let presented = self.present(list.clone()).await?;
        self.wait_until_checked(&list).await?;
        Ok(presented)
    }

    /// Submits this number of new people of an organization. Returns their applications in the order of submission.
    pub async fn submit_many(&self, organization: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let submitted = stream::iter(0..count).map(|_| self.bring(organization, Reach::Submitted));
        submitted.buffered(CONCURRENT_CALLS).map_ok(|application| application.name).try_collect().await
    }

    /// Submits this number of people who share a name and a birth date and have different passports.
    pub async fn crowd(&self, name: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let one = self.someone().person.context("the application has no person")?;
        let person = |number: usize| {
            let mut person = one.clone();
            person.family_name = name.to_owned();
            person.given_name = "JOHN".to_owned();
            person.native_name = String::new();
            let passport = person.passport.get_or_insert_default();
            passport.number = format!("N{}{number:06}", name.len());
            passport.mrz.clear();
            filing::application(v1::Category::ShortTermObserver, person)
        };
        let submitted =
            stream::iter(0..count).map(|number| self.bring_as("osce-odihr", person(number), Reach::Submitted));
        submitted.buffered(8).map_ok(|application| application.name).try_collect().await
    }

    /// Submits, presents in one list and recommends this number of new people of an organization.
    pub async fn recommend_many(&self, organization: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let names = self.submit_many(organization, count).await?;
        self.recommend_all(&names).await?;
        Ok(names)
    }

    /// Waits until the automatic checks of all of them have run.
    ///
    /// Four servers in a debug build need more time than a client spends on its retries.
    pub async fn wait_until_checked(&self, names: &[String]) -> anyhow::Result<()> {
        for name in names {
            eventually("the checks of every application have run", || async {
                let read = self.reviewer.get_application(ask::application(name)).await?;
                Ok(read.screen_time.is_some().then_some(()))
            })
            .await?;
        }
        Ok(())
    }

    /// Presents submitted people in one list, and recommends each of them.
    pub async fn recommend_all(&self, names: &[String]) -> anyhow::Result<()> {
        self.present_checked(names.to_vec()).await?;
        let recommend = |name: &String| {
            let claim = ask::claim(name);
            async move {
                let claimed = self.reviewer.claim_application(claim).await?;
                self.reviewer.recommend_application(ask::recommend(&claimed)).await
            }
        };
        let recommended: Vec<_> = names.iter().map(recommend).collect();
        let done = stream::iter(recommended).buffer_unordered(CONCURRENT_CALLS);
        done.try_for_each(|_| async { Ok(()) }).await.context("cannot recommend")
    }

    /// Drafts a new decree that lists those people.
    pub async fn decree_over(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.adopter.create_decree(ask::draft_decree(&format!("decree {}", self.number()))).await?;
        self.adopter.add_decree_items(ask::list_in(&draft.name, list)).await
    }

    /// Drafts a new decree that lists those proposals.
    pub async fn decree_over_proposals(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.adopter.create_decree(ask::draft_decree(&format!("decree {}", self.number()))).await?;
        self.adopter.add_decree_items(ask::list_proposals_in(&draft.name, list)).await
    }

    /// The English list of a decree in CSV, as a reader gets it.
    pub async fn english_list_of_decree(&self, reader: &Client, decree: &str) -> anyhow::Result<String> {
        let list = reader.render_decree_list(ask::decree_list(decree, v1::Language::En, v1::ListFormat::Csv)).await?;
        Ok(String::from_utf8(list.content)?)
    }

    /// Accredits a new person of an organization by a decree. Returns the application as its delegation reads it.
    pub async fn accredited(&self, organization: &str) -> anyhow::Result<v1::Application> {
        let name = self.bring(organization, Reach::Recommended).await?.name;
        self.decide(vec![name.clone()]).await?;
        Ok(self.world.actor(organization, SECRETARY).get_application(ask::application(&name)).await?)
    }

    /// Waits for the checks of an amendment. Returns the amendment as a reviewer reads it.
    pub async fn checked(&self, amendment: &str) -> anyhow::Result<v1::Amendment> {
        eventually("the checks of the amendment have run", || async {
            let read = self.reviewer.get_amendment(ask::amendment(amendment)).await?;
            Ok(read.screen_time.is_some().then_some(read))
        })
        .await
    }

    /// Registers a second adopter, a person who has no other certificate.
    pub async fn add_second_adopter(&mut self) -> anyhow::Result<Client> {
        let (kind, person) = (v1::PrincipalKind::Person, "cec.adopter-2");
        drop(self.world.add_principal(CEC, "adopter-2", kind, person, &["cec.adopter"]).await?);
        Ok(self.world.actor(CEC, "adopter-2"))
    }

    /// Refuses an application of `osce-odihr` by a decree, as [`Scene::reviewer`] recommended. Returns its name.
    pub async fn refused_application(&self, application: v1::Application) -> anyhow::Result<String> {
        let ground = Some(("not-nominated", "The organization did not nominate the person."));
        let claimed = self.bring_as("osce-odihr", application, Reach::InReview).await?;
        self.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
        self.decide(vec![claimed.name.clone()]).await?;
        Ok(claimed.name)
    }

    /// Drafts and adopts a new decree that lists those people.
    pub async fn decide(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.decree_over(list).await?;
        self.adopter.adopt_decree(ask::adopt(&draft)).await
    }
}

/// Parses a moment such as `2019-06-03T12:00:00Z`.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a test writes a valid timestamp")
}

/// Parses a day such as `2019-06-09`.
pub fn date(text: &str) -> Date {
    text.parse().expect("a test writes a valid date")
}

/// Converts a moment to its protobuf form.
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

/// Calls `ask` until it returns a value: for what the service does in the background.
///
/// `what` is the awaited condition, for the error.
///
/// # Errors
///
/// If `ask` fails, or returns nothing for 30 seconds.
pub async fn eventually<T, F>(what: &str, ask: impl Fn() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..1500 {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("waited 30 seconds in vain for: {what}")
}
