"""Sends repeated requests, invalid requests, and requests for resources of other organizations."""

import time
import uuid

import grpc

from accreditation.v1 import application_pb2, report_pb2
from people import filing, request_id, upload
from call_errors import expect_error

ORGANIZATION = "osce-odihr"


def test_a_repeated_request_takes_effect_once(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    first = secretary.applications.CreateApplication(request)
    again = secretary.applications.CreateApplication(request)
    assert again == first

    request.application.person.family_name = "ANOTHER"
    error = expect_error(secretary.applications.CreateApplication, request)
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_ID_REUSED")
    assert secretary.applications.GetApplication(
        application_pb2.GetApplicationRequest(name=first.name)
    ).person.family_name == "OESTERREICHER"


def test_a_repeated_request_gets_the_first_receipt_and_the_current_resource(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    filed = secretary.applications.CreateApplication(request)
    upload(secretary, world, filed)
    submitted = secretary.applications.SubmitApplication(
        application_pb2.SubmitApplicationRequest(request_id=request_id(), name=filed.name, etag=filed.etag)
    )
    repeated = secretary.applications.CreateApplication(request)
    assert (repeated.name, repeated.receipt) == (filed.name, filed.receipt)
    assert (repeated.state, repeated.etag) == (submitted.state, submitted.etag)


def test_an_error_lists_all_violations(world):
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
    error = expect_error(secretary.applications.CreateApplication, request)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert set(error.violations) == {
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
    assert all(error.violations.values()), "a violation has no description"


def test_a_request_without_a_request_id_is_refused(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    request = filing(world, ORGANIZATION)
    request.request_id = ""
    error = expect_error(secretary.applications.CreateApplication, request)
    assert error.reason == "INVALID_REQUEST" and set(error.violations) == {"request_id"}


def test_a_resource_of_another_organization_looks_like_a_missing_one(world):
    theirs = world.caller(ORGANIZATION, "delegation.submitter").applications.CreateApplication(
        filing(world, ORGANIZATION)
    )
    mission, _, _ = theirs.name.rpartition("/")
    absent = f"{mission}/{uuid.uuid4()}"
    other_delegation = world.caller("cis", "delegation.submitter")

    def get_error(name):
        request = application_pb2.GetApplicationRequest(name=name)
        return expect_error(other_delegation.applications.GetApplication, request)

    other, none = get_error(theirs.name), get_error(absent)
    assert other.code == none.code == grpc.StatusCode.NOT_FOUND
    assert other.reason == none.reason == "NOT_FOUND"
    assert other.metadata == none.metadata and other.violations == none.violations
    # Both names have the same length, so everything else must be equal byte for byte.
    assert other.message.replace(theirs.name, absent) == none.message
    assert other.details.replace(theirs.name.encode(), absent.encode()) == none.details

    assert wait_for_attempts(world, {theirs.name, absent}), "an access attempt was not recorded"


def wait_for_attempts(world, names: set[str]) -> bool:
    """Waits until the auditor sees an attempt to access each name, because they are recorded after the reply."""
    auditor = world.caller("cec", "auditor")
    principal = "organizations/cis/principals/" + world.principal("cis", "delegation.submitter").name
    for _ in range(50):
        attempts = auditor.reports.ListAccessAttempts(report_pb2.ListAccessAttemptsRequest()).access_attempts
        seen = {a.resource for a in attempts if a.principal == principal}
        if names <= seen:
            return True
        time.sleep(0.1)
    return False
