//! Chains of certificates that sign each other in a cycle and name a registered organization.
//!
//! A search for a path through them once took half a second of CPU, before the server knew who calls.

use std::time::Instant;

use anyhow::ensure;
use client::{Client, Profile};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType,
};
use rehearsal::world::SECRETARY;
use stories::{Database, Scene};
use wire::v1;

use crate::{ATTACK_TIME, ONE_AT_A_TIME, other_clients};

/// Number of certificates after the caller's certificate.
const CHAIN: u64 = 80;
/// Number of connections that are attempted at once.
const AT_ONCE: usize = 4;

/// A certificate authority with this name. It may sign other certificates.
fn authority(name: &str, serial: u64) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.serial_number = Some(serial.into());
    Ok(params)
}

/// A profile whose certificate has the secretary's name, followed by the cyclic chain.
fn forged(scene: &Scene) -> anyhow::Result<Profile> {
    let keys = [KeyPair::generate()?, KeyPair::generate()?];
    let issuers = [Issuer::new(authority("one", 1)?, &keys[0]), Issuer::new(authority("other", 2)?, &keys[1])];
    let mut caller = CertificateParams::new(Vec::new())?;
    let uri = format!("spiffe://{}/{SECRETARY}", rehearsal::world::trust_domain("osce-odihr"));
    caller.subject_alt_names = vec![SanType::URI(uri.as_str().try_into()?)];
    caller.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let mut chain = caller.signed_by(&key, &issuers[0])?.pem();
    for number in 0..CHAIN {
        // Each of the two authorities signs the other.
        let (one, other) = if number.is_multiple_of(2) { (0, 1) } else { (1, 0) };
        let names = ["one", "other"];
        chain += &authority(names[one], number + 3)?.signed_by(&keys[one], &issuers[other])?.pem();
    }
    let directory = scene.world.dir();
    let (certificate, private_key) = (directory.join("forged.pem"), directory.join("forged.key"));
    std::fs::write(&certificate, chain)?;
    std::fs::write(&private_key, key.serialize_pem())?;
    Ok(Profile { certificate, private_key, ..scene.world.profile("osce-odihr", SECRETARY) })
}

/// Anybody can open a connection. So the server must reject a forged chain before it costs much CPU.
#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_of_certificates_delays_no_other_client() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let forged = forged(&scene)?;
    let attack = async || {
        let (start, mut refused) = (Instant::now(), 0);
        while start.elapsed() < ATTACK_TIME {
            ensure!(
                Client::new(&forged)?.who_am_i(v1::WhoAmIRequest {}).await.is_err(),
                "the forged certificate was accepted"
            );
            refused += 1;
        }
        Ok(refused)
    };
    let attacks = futures_util::future::try_join_all((0..AT_ONCE).map(|_| attack()));
    let refused: usize = other_clients::run_attack(&scene, "certificates", attacks).await?.into_iter().sum();
    println!("{refused} connections were refused");
    ensure!(refused > AT_ONCE, "only {refused} connections were refused, expected more than {AT_ONCE}");
    Ok(())
}
