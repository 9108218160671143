//! Measures the CPU that a request can cost: for every method, with the largest allowed request and with invalid
//! requests.
//!
//! The limit for a release build is 5 ms of CPU, 50 ms for each MiB received or sent, and 1 ms for each row that is
//! changed, returned or named. The methods come from the descriptors, so that a new method is measured without a line
//! here. A debug build is about ten times slower; `cargo test --release -p stories --test costs` measures a release
//! build. A cost that grows faster than the input fails in both.

mod call;
mod cpu_meter;
mod request;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use call::Answer;
use cpu_meter::CpuMeter;
use domain::policy::Action;
use domain::vocabulary::role::Role;
use prost_reflect::MethodDescriptor;
use rehearsal::World;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
use request::Shape;
use stories::raw::Caller;
use stories::{Database, Scene};

/// How many times more CPU a debug build may use.
const DEBUG_FACTOR: f64 = if cfg!(debug_assertions) { 12.0 } else { 1.0 };

/// How often each request is sent. The median is compared with the limit.
const REPETITIONS: usize = 3;

/// The limit of a call, in milliseconds of CPU.
fn limit(answer: &Answer, sent: usize, rows: usize) -> f64 {
    let mebibytes = (sent + answer.bytes) as f64 / f64::from(1 << 20);
    (5.0 + 50.0 * mebibytes + rows as f64) * DEBUG_FACTOR
}

/// The organization and the principal of a caller who may call a method.
fn caller_for(action: Action) -> (&'static str, &'static str) {
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
    // The first role of the table is enough: only the cost of a call matters here, not what each role sees.
    roles.first().map_or((CEC, "auditor"), principal)
}

/// The cost of one shape of request.
struct Measurement {
    method: String,
    shape: Shape,
    /// The size of the request in bytes.
    sent: usize,
    /// Milliseconds of CPU.
    cpu: f64,
    /// Milliseconds of CPU.
    limit: f64,
}

/// Sends every shape of request to one method. Returns the cost of each.
async fn measure(world: &World, meter: &CpuMeter, method: &MethodDescriptor) -> anyhow::Result<Vec<Measurement>> {
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let name = path.trim_start_matches("/accreditation.v1.").to_owned();
    let action = Action::find(&name).with_context(|| format!("{name} is not in the table of the policy"))?;
    let (organization, principal) = caller_for(action);
    let caller = Caller::connect(&world.profile(organization, principal)).await?;
    let max_bytes = wire::rules::limits(&path).context("a method has limits")?.max_bytes.min(4 << 20);
    let mut measured = Vec::new();
    for shape in Shape::ALL {
        let (mut costs, mut allowed, mut size) = (Vec::new(), 0.0_f64, 0);
        for time in 0..REPETITIONS {
            let request = request::build(&method.input(), shape, max_bytes, time);
            size = request.bytes.len();
            let (cpu, answer) = meter.measure(call::call(&caller, &path, &request, method)).await?;
            costs.push(cpu);
            allowed = allowed.max(limit(&answer, size, answer.rows.max(request.rows_named)));
        }
        costs.sort_by(f64::total_cmp);
        measured.push(Measurement {
            method: name.clone(),
            shape,
            sent: size,
            cpu: costs[REPETITIONS / 2],
            limit: allowed,
        });
    }
    Ok(measured)
}

/// Measures every method, and fails if a call is over its limit. All measurements are made before it fails.
async fn check_costs(database: Database) -> anyhow::Result<()> {
    let scene = Scene::on(database).await?;
    let world = &scene.world;
    let meter = CpuMeter::for_process(world.server_pid().context("a server")?).await?;
    let mut over_limit = BTreeMap::new();
    let mut worst = 0.0_f64;
    let services: Vec<_> = wire::DESCRIPTOR_POOL.services().collect();
    let mut methods = 0;
    for method in services.iter().flat_map(|service| service.methods()) {
        methods += 1;
        for Measurement { method, shape, sent, cpu, limit } in measure(world, &meter, &method).await? {
            println!("{method} {shape:?}: {sent} bytes, {cpu:.1} ms of at most {limit:.0}");
            worst = worst.max(cpu / limit);
            if cpu > limit {
                over_limit
                    .insert(format!("{method} {shape:?}"), format!("{cpu:.1} ms, at most {limit:.0} for {sent} bytes"));
            }
        }
    }
    println!("costs {{\"methods\":{methods},\"worst\":{worst:.2},\"over\":{}}}", over_limit.len());
    ensure!(over_limit.is_empty(), "calls over their limit: {over_limit:#?}");
    // The server still answers after all these requests.
    tokio::time::timeout(Duration::from_secs(5), scene.adopter.who_am_i(wire::v1::WhoAmIRequest {})).await??;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_costs_more_cpu_than_its_limit_on_sqlite() -> anyhow::Result<()> {
    check_costs(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_costs_more_cpu_than_its_limit_on_postgres() -> anyhow::Result<()> {
    check_costs(Database::Postgres).await
}
