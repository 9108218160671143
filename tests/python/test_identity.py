"""A certificate can name only principals of the organization whose authority signed it."""

import datetime
import time

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from accreditation.v1 import registry_pb2
from world import Caller

ORGANIZATION = "osce-odihr"


def test_the_authority_of_an_organization_can_certify_its_principals(world):
    principal = world.principal(ORGANIZATION, "delegation.submitter")
    me = who_am_i(world, certify(principal, world.authorities[ORGANIZATION]), principal)
    assert me.name == f"organizations/{ORGANIZATION}/principals/{principal.name}"
    assert me.spiffe_id == principal.spiffe_id


def test_the_authority_of_another_organization_cannot_certify_a_principal(world):
    principal = world.principal(ORGANIZATION, "delegation.submitter")
    before = count_mismatches(world, principal)
    with pytest.raises(grpc.RpcError) as caught:
        who_am_i(world, certify(principal, world.authorities["cis"]), principal)
    # The TLS handshake fails, so the service sends no answer. grpcio reports UNAVAILABLE.
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert caught.value.trailing_metadata() in (None, ())
    for _ in range(50):
        if count_mismatches(world, principal) > before:
            return
        time.sleep(0.1)
    pytest.fail(f"{world.log} does not name ANCHOR_MISMATCH")


def certify(principal, authority) -> bytes:
    """A certificate of an authority for the key and the URI of a principal."""
    issuer = x509.load_pem_x509_certificate(authority.certificate.read_bytes())
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(private_key(principal.key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(principal.spiffe_id)]), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(private_key(authority.key), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def private_key(path):
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def who_am_i(world, certificate: bytes, principal) -> registry_pb2.Principal:
    with world.connect(certificate, principal.key.read_bytes()) as channel:
        return Caller(channel).registry.WhoAmI(registry_pb2.WhoAmIRequest(), timeout=20)


def count_mismatches(world, principal) -> int:
    """Number of lines in the log of the server that report a wrong authority for the trust domain of the principal."""
    trust_domain = principal.spiffe_id.removeprefix("spiffe://").split("/")[0]
    lines = world.log.read_text(errors="replace").splitlines()
    return sum("ANCHOR_MISMATCH" in line and trust_domain in line for line in lines)
