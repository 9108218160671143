//! A small world, and how far an application has come in it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
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

use crate::{Database, Ground, ask};

/// How many people are filed and reviewed at once.
const AT_ONCE: usize = 16;

/// A small world and everyone who calls in it.
pub struct Scene {
    /// The service, its clock and its directory.
    pub world: World,
    /// The secretary of `osce-odihr`.
    pub osce: Client,
    /// The secretary of `cis`.
    pub cis: Client,
    /// The ministry's officer.
    pub officer: Client,
    /// The first of two reviewers.
    pub reviewer: Client,
    /// The second, another human: whoever recommended an accreditation decides on no amendment of it.
    pub colleague: Client,
    /// Whoever adopts decrees.
    pub adopter: Client,
    /// Whoever registers.
    pub registrar: Client,
    /// Whoever reads everything.
    pub auditor: Client,
    /// What the world stands on; dropped after it.
    pub ground: Ground,
    people: Mutex<People>,
    numbers: AtomicU32,
}

/// How far an application is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Filed.
    Draft,
    /// With the ministry.
    Submitted,
    /// In the commission's queue.
    Presented,
    /// Claimed by [`Scene::reviewer`].
    InReview,
    /// Recommended by [`Scene::reviewer`], to accredit.
    Recommended,
}

impl Scene {
    /// A world in which applications can be filed.
    pub async fn on(database: Database) -> anyhow::Result<Self> {
        Self::at_stage(database, Stage::Announced).await
    }

    /// A world in which the delegations have come less far.
    pub async fn at_stage(database: Database, stage: Stage) -> anyhow::Result<Self> {
        Self::with_servers(database, 1, stage).await
    }

    /// A world with several servers.
    pub async fn with_servers(database: Database, servers: usize, stage: Stage) -> anyhow::Result<Self> {
        let ground = Ground::new(database).await?;
        let world = World::small_in(ground.options(servers), stage).await?;
        Ok(Self {
            osce: world.actor("osce-odihr", SECRETARY),
            cis: world.actor("cis", SECRETARY),
            officer: world.actor(MFA, MFA_OFFICER),
            reviewer: world.actor(CEC, "reviewer-1"),
            colleague: world.actor(CEC, "reviewer-2"),
            adopter: world.actor(CEC, "adopter"),
            registrar: world.actor(CEC, REGISTRAR),
            auditor: world.actor(CEC, "auditor"),
            people: Mutex::new(People::new(2019)),
            numbers: AtomicU32::new(0),
            ground,
            world,
        })
    }

    /// A number that nothing in this world has yet.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An application for someone new.
    pub fn someone(&self) -> v1::Application {
        let person = self.people.lock().expect("nobody panics with it").person("FRA");
        filing::application(v1::Category::ShortTermObserver, person)
    }

    /// An application for someone new that came on paper, with a note received at that moment.
    pub fn someone_on_paper(&self, received: Timestamp) -> v1::Application {
        let person = self.people.lock().expect("nobody panics with it").person("FRA");
        let (note_number, receive_time) = ("12-3/456".to_owned(), Some(timestamp(received)));
        let paper = v1::PaperFiling { note_number, receive_time, ..Default::default() };
        filing::on_paper(v1::Category::ShortTermObserver, person, paper)
    }

    /// An application for someone whose passport expires before the missions end.
    pub fn someone_with_an_old_passport(&self) -> anyhow::Result<v1::Application> {
        Ok(self.someone_with_passport_until("2019-06-12".parse()?))
    }

    /// An application for someone whose passport expires on that day.
    pub fn someone_with_passport_until(&self, expiry: Date) -> v1::Application {
        let person = self.people.lock().expect("nobody panics with it").person_with_passport_until("FRA", expiry);
        filing::application(v1::Category::ShortTermObserver, person)
    }

    /// Someone new of an organization, brought that far; as whoever came last to it sees the application.
    pub async fn bring(&self, organization: &str, reach: Reach) -> anyhow::Result<v1::Application> {
        self.bring_as(organization, self.someone(), reach).await
    }

    /// An application of an organization, brought that far; one on paper by [`Scene::registrar`].
    pub async fn bring_as(
        &self,
        organization: &str,
        mut application: v1::Application,
        reach: Reach,
    ) -> anyhow::Result<v1::Application> {
        // Whoever was given another name or passport since has other documents.
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

    /// Uploads what an application declares.
    pub async fn upload(&self, secretary: &Client, application: &v1::Application) -> anyhow::Result<()> {
        filing::upload(self.world.calls(), secretary, &application.name, application, &[]).await
    }

    /// Uploads what an application is to declare next.
    pub async fn upload_next(
        &self,
        secretary: &Client,
        application: &v1::Application,
        next: &v1::Application,
    ) -> anyhow::Result<()> {
        filing::upload(self.world.calls(), secretary, &application.name, next, &application.documents).await
    }

    /// Presents a list under a new note.
    pub async fn present(&self, list: Vec<String>) -> Result<v1::Presentation, client::Error> {
        self.officer.create_presentation(ask::present(&format!("note {}", self.number()), list)).await
    }

    /// The same, and waits for the automatic checks: a reviewer who asks for the next application gets one that is checked.
    pub async fn present_checked(&self, list: Vec<String>) -> anyhow::Result<v1::Presentation> {
        let presented = self.present(list.clone()).await?;
        self.all_checked(&list).await?;
        Ok(presented)
    }

    /// That many new people of an organization, all submitted.
    pub async fn submit_many(&self, organization: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let submitted = stream::iter(0..count).map(|_| self.bring(organization, Reach::Submitted));
        submitted.buffered(AT_ONCE).map_ok(|application| application.name).try_collect().await
    }

    /// That many people with one name and birth date, each with a passport of their own, all submitted.
    pub async fn crowd(&self, name: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let one = self.someone().person.context("someone is a person")?;
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

    /// That many new people of an organization, all presented in one list and recommended.
    pub async fn recommend_many(&self, organization: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let names = self.submit_many(organization, count).await?;
        self.recommend_all(&names).await?;
        Ok(names)
    }

    /// Waits until the automatic checks have looked at all of them: four servers in a debug build take longer than a client
    /// goes on trying.
    pub async fn all_checked(&self, names: &[String]) -> anyhow::Result<()> {
        for name in names {
            eventually("everybody is checked", || async {
                let read = self.reviewer.get_application(ask::application(name)).await?;
                Ok(read.screen_time.is_some().then_some(()))
            })
            .await?;
        }
        Ok(())
    }

    /// Presents submitted people in one list, and recommends all of them.
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
        let done = stream::iter(recommended).buffer_unordered(AT_ONCE);
        done.try_for_each(|_| async { Ok(()) }).await.context("cannot recommend")
    }

    /// A draft of a new decree over those people.
    pub async fn decree_over(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.adopter.create_decree(ask::draft_decree(&format!("decree {}", self.number()))).await?;
        self.adopter.add_decree_items(ask::list_in(&draft.name, list)).await
    }

    /// A draft of a new decree over those proposals.
    pub async fn decree_over_proposals(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.adopter.create_decree(ask::draft_decree(&format!("decree {}", self.number()))).await?;
        self.adopter.add_decree_items(ask::carry_out_in(&draft.name, list)).await
    }

    /// The list of a decree, in English, as a reader gets it.
    pub async fn list_of(&self, reader: &Client, decree: &str) -> anyhow::Result<String> {
        let list = reader.render_decree_list(ask::decree_list(decree, v1::Language::En, v1::ListFormat::Csv)).await?;
        Ok(String::from_utf8(list.content)?)
    }

    /// Somebody new of an organization whom a decree has accredited; as its delegation reads the application.
    pub async fn accredited(&self, organization: &str) -> anyhow::Result<v1::Application> {
        let name = self.bring(organization, Reach::Recommended).await?.name;
        self.decide(vec![name.clone()]).await?;
        Ok(self.world.actor(organization, SECRETARY).get_application(ask::application(&name)).await?)
    }

    /// An amendment as a reviewer reads it, once the checks have run.
    pub async fn checked(&self, amendment: &str) -> anyhow::Result<v1::Amendment> {
        eventually("the checks of an amendment", || async {
            let read = self.reviewer.get_amendment(ask::amendment(amendment)).await?;
            Ok(read.screen_time.is_some().then_some(read))
        })
        .await
    }

    /// A second adopter, another human than everyone else.
    pub async fn second_adopter(&mut self) -> anyhow::Result<Client> {
        let (kind, person) = (v1::PrincipalKind::Person, "cec.adopter-2");
        drop(self.world.add_principal(CEC, "adopter-2", kind, person, &["cec.adopter"]).await?);
        Ok(self.world.actor(CEC, "adopter-2"))
    }

    /// An application of `osce-odihr` that a decree has refused, as the first reviewer recommended.
    pub async fn refused(&self, application: v1::Application) -> anyhow::Result<String> {
        let ground = Some(("not-nominated", "The organization did not nominate the person."));
        let claimed = self.bring_as("osce-odihr", application, Reach::InReview).await?;
        self.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
        self.decide(vec![claimed.name.clone()]).await?;
        Ok(claimed.name)
    }

    /// Adopts a new decree over those people.
    pub async fn decide(&self, list: Vec<String>) -> Result<v1::Decree, client::Error> {
        let draft = self.decree_over(list).await?;
        self.adopter.adopt_decree(ask::adopt(&draft)).await
    }
}

/// A moment, as in `2019-06-03T12:00:00Z`.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("the stories write timestamps well")
}

/// A day, as in `2019-06-09`.
pub fn on(text: &str) -> Date {
    text.parse().expect("the stories write dates well")
}

/// A moment on the wire.
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

/// Asks until the answer is there: for what the service does by itself, soon after a call or a moment.
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
    bail!("after 30 seconds still not: {what}")
}
