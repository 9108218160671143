//! Plays one recorded election on a server of its own, one call at a time.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use client::Profile;
use jiff::Timestamp;
use prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor};
use rehearsal::pki::Authority;
use rehearsal::world::{CEC, trust_domain};
use rehearsal::{Options, World};
use serde_json::{Value, json};
use stories::raw::Caller;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::caller::{self, Answer};
use crate::ids::Ids;
use crate::look::{After, Look};
use crate::raw::to_json;
use crate::recording::{Call, Recording, Step};
use crate::transcript::{Played, Transcript};

/// After what accreditations end by themselves, which the service looks for now and then.
const ENDS: [&str; 2] = ["PublishResults", "CallRunOff"];
/// What rings for jobs.
const RINGS: [&str; 9] = [
    "PostponeElection",
    "OpenElection",
    "CreateLegalHold",
    "ReleaseLegalHold",
    "WithdrawMission",
    "ReplaceWatchList",
    "AdoptDecree",
    "SuspendOrganization",
    "DisablePrincipal",
];

struct Player {
    world: World,
    look: Look,
    /// By trust domain; all but the commission's, which the world has.
    authorities: BTreeMap<String, Authority>,
    callers: HashMap<String, Caller>,
    profiles: HashMap<String, Profile>,
    ids: Ids,
    now: i64,
    transcript: Transcript,
}

/// Plays a recording from its beginning to its end.
pub async fn play(recording: &Recording) -> anyhow::Result<Transcript> {
    let now = recording.head.time;
    let options = Options { time: Some(Timestamp::from_microsecond(now)?), ..Options::default() };
    let world = World::start(options).await?;
    let look = Look::open(&world).await?;
    let mut player = Player {
        world,
        look,
        authorities: BTreeMap::new(),
        callers: HashMap::new(),
        profiles: HashMap::new(),
        ids: Ids::default(),
        now,
        transcript: Transcript::default(),
    };
    // What the set-up recorded is on the machine's own clock.
    player.look.settle(After::Ring).await?;
    for step in &recording.steps {
        match step {
            Step::Clock { clock } => player.set_clock(*clock).await?,
            Step::Call(call) => player.call(call).await.with_context(|| format!("{} by {}", call.path, call.caller))?,
        }
    }
    player.world.stop().await?;
    Ok(player.transcript)
}

impl Player {
    async fn set_clock(&mut self, time: i64) -> anyhow::Result<()> {
        if time != self.now {
            let time_of_domain = Timestamp::from_microsecond(time)?;
            self.world.clock().set(time_of_domain).await?;
            self.now = time;
            let events = self.look.settle(After::Clock).await?;
            self.transcript.clock(&time_of_domain.to_string(), &events);
        }
        Ok(())
    }

    async fn call(&mut self, call: &Call) -> anyhow::Result<()> {
        self.set_clock(call.time).await?;
        let mut sent = call.sent.clone();
        sent.iter_mut().for_each(|message| self.ids.put(message));
        if call.path.ends_with("/CreateOrganization") && call.code == 0 {
            sent.iter_mut().try_for_each(|message| self.vouch(message))?;
        }
        let Some(caller) = self.caller(&call.caller).await? else {
            self.transcript.left_out(&call.path, "nobody vouches for its caller");
            return Ok(());
        };
        let method = wire::method(&call.path);
        let input = method.as_ref().map(MethodDescriptor::input);
        let messages =
            sent.iter().map(|message| encode(message, input.as_ref())).collect::<anyhow::Result<Vec<_>>>()?;
        let Answer { messages, status } =
            match caller::call(&caller, &call.path, messages.clone(), call.received.len()).await {
                // The connection was closed meanwhile, as after a while all are.
                Ok(Answer { status: Some(status), .. }) if is_broken(&status) => {
                    self.callers.remove(&call.caller);
                    match self.caller(&call.caller).await {
                        Ok(Some(caller)) => caller::call(&caller, &call.path, messages, call.received.len()).await?,
                        _ => Answer { messages: Vec::new(), status: Some(Status::unauthenticated("at the door")) },
                    }
                }
                answer => answer?,
            };
        let output = method.as_ref().map(MethodDescriptor::output);
        let received: Vec<Value> = messages.iter().map(|bytes| to_json(bytes, output.as_ref())).collect();
        call.received.iter().zip(&received).for_each(|(recorded, played)| self.ids.learn(recorded, played));
        let is_one_of = |names: &[&str]| names.iter().any(|name| call.path.ends_with(name));
        let after = match () {
            () if is_one_of(&ENDS) => After::Clock,
            () if is_one_of(&RINGS) => After::Ring,
            () => After::Call,
        };
        let events = self.look.settle(after).await?;
        let status = status.map_or(json!("open"), |status| to_value(&status));
        if status != "open" && (status["code"] != call.code || status["reason"] != call.reason.as_str()) {
            self.transcript.otherwise += 1;
        }
        let played = Played { caller: &call.caller, path: &call.path, sent: &sent, received: &received, status };
        self.transcript.call(&played, &events);
        Ok(())
    }

    /// Puts an authority of this play in the place of the recorded one.
    fn vouch(&mut self, message: &mut Value) -> anyhow::Result<()> {
        let Some(domain) = message["organization"]["trust_domain"].as_str().map(str::to_owned) else { return Ok(()) };
        let authority = Authority::create(&self.world.dir().join("pki").join(&domain), &domain)?;
        message["organization"]["anchors"] = json!([authority.anchor()]);
        self.authorities.insert(domain, authority);
        Ok(())
    }

    /// The connection of whoever has that SPIFFE id; none if nobody vouches for it.
    async fn caller(&mut self, uri: &str) -> anyhow::Result<Option<Caller>> {
        if let Some(caller) = self.callers.get(uri) {
            return Ok(Some(caller.clone()));
        }
        if !self.profiles.contains_key(uri) {
            let Some(profile) = self.certify(uri)? else { return Ok(None) };
            self.profiles.insert(uri.to_owned(), profile);
        }
        let caller = Caller::connect(&self.profiles[uri]).await?;
        self.callers.insert(uri.to_owned(), caller.clone());
        Ok(Some(caller))
    }

    fn certify(&self, uri: &str) -> anyhow::Result<Option<Profile>> {
        let domain = uri.trim_start_matches("spiffe://").split('/').next().unwrap_or_default();
        let authority = match self.authorities.get(domain) {
            Some(authority) => authority,
            None if domain == trust_domain(CEC) => self.world.authority(CEC),
            None => return Ok(None),
        };
        let issued = authority.issue(&format!("replay-{}", self.profiles.len()), uri)?;
        Ok(Some(Profile {
            address: self.world.address().to_string(),
            server_ca: self.world.server_ca(),
            certificate: issued.certificate,
            private_key: issued.private_key,
        }))
    }
}

fn encode(message: &Value, descriptor: Option<&MessageDescriptor>) -> anyhow::Result<Vec<u8>> {
    if let (Some(bytes), Some(1)) = (message["bytes"].as_str(), message.as_object().map(serde_json::Map::len)) {
        return Ok(BASE64_STANDARD.decode(bytes)?);
    }
    let descriptor = descriptor.context("only bytes are sent to a method that is not there")?;
    let read = DynamicMessage::deserialize(descriptor.clone(), message).context("a recorded message")?;
    Ok(read.encode_to_vec())
}

/// Whether it was the connection that failed, and not the service that answered.
fn is_broken(status: &Status) -> bool {
    matches!(status.code(), Code::Unknown | Code::Unavailable | Code::Internal | Code::Cancelled)
        && status.details().is_empty()
}

fn to_value(status: &Status) -> Value {
    let details = status.get_error_details();
    let info = details.error_info();
    let fields = details.bad_request().map(|bad| &bad.field_violations[..]).unwrap_or_default();
    let fields: Vec<_> =
        fields.iter().map(|one| json!({ "field": one.field, "description": one.description })).collect();
    json!({
        "code": i32::from(status.code()),
        "message": status.message(),
        "reason": info.map(|info| info.reason.clone()).unwrap_or_default(),
        "metadata": info.map(|info| info.metadata.iter().collect::<BTreeMap<_, _>>()).unwrap_or_default(),
        "fields": fields,
    })
}
