"""What the service does with requests that come twice, are wrong, or ask for what is not theirs."""

import time
import uuid

import grpc

from accreditation.v1 import application_pb2, report_pb2
from people import filing, request_id, upload
from refusals import refused

ORGANIZATION = "osce-odihr"


def test_the_same_request_twice_does_nothing_twice(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    first = secretary.applications.CreateApplication(request)
    again = secretary.applications.CreateApplication(request)
    assert again == first

    request.application.person.family_name = "ANOTHER"
    refusal = refused(secretary.applications.CreateApplication, request)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_ID_REUSED")
    assert secretary.applications.GetApplication(
        application_pb2.GetApplicationRequest(name=first.name)
    ).person.family_name == "OESTERREICHER"


def test_a_replay_answers_with_the_old_receipt_and_the_resource_as_it_now_is(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    filed = secretary.applications.CreateApplication(request)
    upload(secretary, world, filed)
    submitted = secretary.applications.SubmitApplication(
        application_pb2.SubmitApplicationRequest(request_id=request_id(), name=filed.name, etag=filed.etag)
    )
    replayed = secretary.applications.CreateApplication(request)
    assert (replayed.name, replayed.receipt) == (filed.name, filed.receipt)
    assert (replayed.state, replayed.etag) == (submitted.state, submitted.etag)


def test_all_violations_at_once(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    request.request_id = "1"
    request.parent = "elections/missions"
    request.application.category = 0
    person = request.application.person
    person.family_name = ""
    person.given_name = "X" * 101
    person.nationality = "de"
    person.birth_date = "12.08.1983"
    person.sex = 77
    person.passport.number = "C01 X"
    person.passport.mrz = "P<"
    request.application.documents[1].kind = 0
    request.application.documents[1].sha256 = b"short"
    request.application.documents[2].size_bytes = 20 * 1024 * 1024 + 1
    refusal = refused(secretary.applications.CreateApplication, request)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert set(refusal.violations) == {
        "request_id",
        "parent",
        "application.category",
        "application.person.family_name",
        "application.person.given_name",
        "application.person.nationality",
        "application.person.birth_date",
        "application.person.sex",
        "application.person.passport.number",
        "application.person.passport.mrz",
        "application.documents[1].kind",
        "application.documents[1].sha256",
        "application.documents[2].size_bytes",
    }
    assert all(refusal.violations.values()), "a violation without a word"


def test_a_request_without_an_id_is_refused(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    request.request_id = ""
    refusal = refused(secretary.applications.CreateApplication, request)
    assert refusal.reason == "INVALID_REQUEST" and set(refusal.violations) == {"request_id"}


def test_of_another_organization_is_as_if_it_were_not(world):
    theirs = world.caller(ORGANIZATION, "delegation.submitter").applications.CreateApplication(
        filing(world, ORGANIZATION)
    )
    mission, _, _ = theirs.name.rpartition("/")
    absent = f"{mission}/{uuid.uuid4()}"
    stranger = world.caller("cis", "delegation.submitter")

    def ask(name):
        request = application_pb2.GetApplicationRequest(name=name)
        return refused(stranger.applications.GetApplication, request)

    other, none = ask(theirs.name), ask(absent)
    assert other.code == none.code == grpc.StatusCode.NOT_FOUND
    assert other.reason == none.reason == "NOT_FOUND"
    assert other.metadata == none.metadata and other.violations == none.violations
    # All else is the same to the byte: both names have the same length.
    assert other.message.replace(theirs.name, absent) == none.message
    assert other.details.replace(theirs.name.encode(), absent.encode()) == none.details

    assert await_attempts(world, {theirs.name, absent}), "both attempts are recorded"


def await_attempts(world, names: set[str]) -> bool:
    """Whether the auditor comes to see an attempt on each of the names; they are recorded after the reply."""
    auditor = world.caller("cec", "auditor")
    principal = "organizations/cis/principals/" + world.principal("cis", "delegation.submitter").name
    for _ in range(50):
        attempts = auditor.reports.ListAccessAttempts(report_pb2.ListAccessAttemptsRequest()).access_attempts
        seen = {a.resource for a in attempts if a.principal == principal}
        if names <= seen:
            return True
        time.sleep(0.1)
    return False
