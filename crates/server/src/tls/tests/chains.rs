//! Long chains: which are refused, what their refusal costs, and that its time tells nothing.

use std::sync::Arc;
use std::time::Duration;

use rcgen::KeyPair;
use rustix::time::{ClockId, clock_gettime};
use rustls::server::danger::ClientCertVerifier as _;
use rustls_pki_types::{CertificateDer, UnixTime};

use super::pki::{Authority, SECRETARY, World, uri_params};
use crate::config::Limits;
use crate::tls::rejection::Reason;
use crate::tls::verifier::Verifier;

/// The same principal's code in a trust domain that nobody has.
const STRANGER: &str = "spiffe://sco.example/secretary";

/// The time that this thread has had of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().expect("positive"), time.tv_nsec.try_into().expect("below a second"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long the verifier works on a chain that it refuses.
fn cost(verifier: &Verifier, chain: &[CertificateDer<'static>]) -> Duration {
    let begin = processor_time();
    verifier.verify_client_cert(&chain[0], &chain[1..], UnixTime::now()).expect_err("refused");
    processor_time() - begin
}

/// A certificate of a client.
fn leaf(authority: &Authority, uri: &str) -> CertificateDer<'static> {
    authority.sign(&uri_params(uri), &KeyPair::generate().expect("a key")).der().clone()
}

/// Authorities of one name, so that each could have issued every other.
fn cycle(name: &str, count: usize) -> Vec<CertificateDer<'static>> {
    (0..count).map(|_| Authority::new(name).der()).collect()
}

#[tokio::test]
async fn three_intermediates_are_enough_and_four_are_refused() {
    let world = World::new(Limits::default());
    let first = world.odihr.below("intermediate 1");
    let second = first.below("intermediate 2");
    let third = second.below("intermediate 3");
    let mut client = third.client(SECRETARY, &world.server);
    client.chain.extend([third.der(), second.der(), first.der()]);
    world.meet(&client).await.expect("accepted");
    client.chain.push(world.odihr.der());
    assert_eq!(world.meet(&client).await.err(), Some(Reason::ChainTooLarge));
}

#[tokio::test]
async fn certificates_with_too_many_bytes_are_refused() {
    let world = World::new(Limits::default());
    let of_size = |bytes: usize| {
        let mut params = uri_params(SECRETARY);
        let filling = vec![4; bytes];
        params.custom_extensions.push(rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 1], filling));
        world.odihr.client_with(&params, &KeyPair::generate().expect("a key"), &world.server)
    };
    world.meet(&of_size(15 << 10)).await.expect("accepted");
    assert_eq!(world.meet(&of_size(16 << 10)).await.err(), Some(Reason::ChainTooLarge));
    let mut together = of_size(15 << 10);
    together.chain.extend([15 << 10, 5 << 10].map(|bytes| of_size(bytes).chain.remove(0)));
    assert_eq!(world.meet(&together).await.err(), Some(Reason::ChainTooLarge));
}

#[tokio::test]
async fn a_cycle_of_authorities_is_refused_before_it_costs_anything() {
    let world = World::new(Limits::default());
    let verifier = Verifier::new(Arc::clone(&world.anchors));
    for uri in [SECRETARY, STRANGER] {
        let mut client = Authority::new("loop").client(uri, &world.server);
        client.chain.extend(cycle("loop", 80));
        assert_eq!(world.meet(&client).await.err(), Some(Reason::ChainTooLarge));
        let median = median((0..20).map(|_| cost(&verifier, &client.chain)).collect());
        println!("80 authorities in a cycle: {median:?}");
        assert!(median < Duration::from_millis(5), "{median:?}");
    }
}

/// Interleaved, so that whatever else the machine does falls on both alike.
#[tokio::test]
async fn refusing_a_known_trust_domain_takes_as_long_as_refusing_an_unknown_one() {
    let world = World::new(Limits::default());
    let verifier = Verifier::new(Arc::clone(&world.anchors));
    // The organization's anchor is called "authority"; three others of that name are tried in every
    // order.
    for (name, intermediates) in [("stranger", 0), ("authority", 0), ("stranger", 3), ("authority", 3)] {
        let issuer = Authority::new(name);
        let chain = |uri| [vec![leaf(&issuer, uri)], cycle(name, intermediates)].concat();
        let chains = [SECRETARY, STRANGER].map(chain);
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..200 {
            for (times, chain) in times.iter_mut().zip(&chains) {
                times.push(cost(&verifier, chain));
            }
        }
        let [known, unknown] = times.map(median);
        println!("{name}, {intermediates} intermediates: known {known:?}, unknown {unknown:?}");
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!((0.8..1.2).contains(&ratio), "{name}, {intermediates}: known {known:?}, unknown {unknown:?}");
        assert!(known < Duration::from_millis(20), "{known:?}");
    }
}
