//! What a request can cost: every method, with the most that its limits allow and with more than they do.
//!
//! The rule, for a release build: 5 ms of CPU, 50 ms for each MiB received or sent, and 1 ms for each row that is changed,
//! returned or named. The methods come from the descriptors, so that a new one is measured without being listed here.
//! A debug build is some ten times slower; `cargo xtask bench costs` measures a release build. A cost that grows faster
//! than the input fails in both.

mod message;
mod meter;
mod raw;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use domain::policy::Action;
use domain::vocabulary::role::Role;
use message::Shape;
use meter::Meter;
use prost_reflect::MethodDescriptor;
use raw::Answer;
use rehearsal::World;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
use stories::raw::Caller;
use stories::{Database, Scene};

/// How much slower a debug build may be.
const FACTOR: f64 = if cfg!(debug_assertions) { 12.0 } else { 1.0 };

/// How often each request is sent; the median counts.
const TIMES: usize = 3;

/// What a call may cost, in milliseconds of CPU.
fn limit(answer: &Answer, sent: usize, rows: usize) -> f64 {
    let mebibytes = (sent + answer.bytes) as f64 / f64::from(1 << 20);
    (5.0 + 50.0 * mebibytes + rows as f64) * FACTOR
}

/// The organization and the principal that a method is open to.
fn caller_of(action: Action) -> (&'static str, &'static str) {
    let roles = action.roles();
    let principal = |role: &Role| match role {
        Role::DelegationSubmitter => ("osce-odihr", SECRETARY),
        Role::MfaOfficer => (MFA, MFA_OFFICER),
        Role::CecReviewer => (CEC, "reviewer-1"),
        Role::CecAdopter => (CEC, "adopter"),
        Role::CecRegistrar => (CEC, REGISTRAR),
        Role::Verifier => (CEC, "verifier"),
        Role::Auditor => (CEC, "auditor"),
        Role::Operator => (CEC, "operator"),
    };
    // Where a delegation may call, the commission's own roles see more; whoever is first in the table stands for all.
    roles.first().map_or((CEC, "auditor"), principal)
}

struct Measured {
    method: String,
    shape: Shape,
    sent: usize,
    cpu: f64,
    limit: f64,
}

/// Sends one method every shape of request; gives what each cost.
async fn measure(world: &World, meter: &Meter, method: &MethodDescriptor) -> anyhow::Result<Vec<Measured>> {
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let name = path.trim_start_matches("/accreditation.v1.").to_owned();
    let action = Action::find(&name).with_context(|| format!("{name} is in the table"))?;
    let (organization, principal) = caller_of(action);
    let caller = Caller::connect(&world.profile(organization, principal)).await?;
    let max_bytes = wire::rules::limits(&path).context("a method has limits")?.max_bytes.min(4 << 20);
    let mut measured = Vec::new();
    for shape in Shape::ALL {
        let (mut costs, mut allowed, mut size) = (Vec::new(), 0.0_f64, 0);
        for time in 0..TIMES {
            let request = message::of(&method.input(), shape, max_bytes, time);
            size = request.bytes.len();
            let (cpu, answer) = meter.cpu_of(raw::call(&caller, &path, &request, method)).await?;
            costs.push(cpu);
            allowed = allowed.max(limit(&answer, size, answer.rows.max(request.rows_named)));
        }
        costs.sort_by(f64::total_cmp);
        measured.push(Measured { method: name.clone(), shape, sent: size, cpu: costs[TIMES / 2], limit: allowed });
    }
    Ok(measured)
}

async fn costs_on(database: Database) -> anyhow::Result<()> {
    let scene = Scene::on(database).await?;
    let world = &scene.world;
    let meter = Meter::of(world.server_pid().context("a server")?).await?;
    let mut over = BTreeMap::new();
    let mut worst = 0.0_f64;
    let services: Vec<_> = wire::DESCRIPTOR_POOL.services().collect();
    let mut methods = 0;
    for method in services.iter().flat_map(|service| service.methods()) {
        methods += 1;
        for Measured { method, shape, sent, cpu, limit } in measure(world, &meter, &method).await? {
            println!("{method} {shape:?}: {sent} bytes, {cpu:.1} ms of at most {limit:.0}");
            worst = worst.max(cpu / limit);
            if cpu > limit {
                over.insert(format!("{method} {shape:?}"), format!("{cpu:.1} ms, at most {limit:.0} for {sent} bytes"));
            }
        }
    }
    println!("costs {{\"methods\":{methods},\"worst\":{worst:.2},\"over\":{}}}", over.len());
    ensure!(over.is_empty(), "{over:#?}");
    // After all of it the service is as it was.
    tokio::time::timeout(Duration::from_secs(5), scene.adopter.who_am_i(wire::v1::WhoAmIRequest {})).await??;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_costs_more_than_it_is_worth_on_sqlite() -> anyhow::Result<()> {
    costs_on(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_costs_more_than_it_is_worth_on_postgres() -> anyhow::Result<()> {
    costs_on(Database::Postgres).await
}
