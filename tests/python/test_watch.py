"""Watches events with the streams of grpcio."""

import itertools

import grpc

from accreditation.v1 import application_pb2, transparency_pb2
from people import filing, request_id, upload
from call_errors import expect_error

ORGANIZATION = "osce-odihr"


def watch(caller, parent: str, cursor: bytes = b""):
    """The stream of a log. It ends at its deadline if no more events come."""
    return caller.transparency.WatchEvents(
        transparency_pb2.WatchEventsRequest(parent=parent, cursor=cursor), timeout=30
    )


def test_a_stream_continues_after_its_cursor(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    filed = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    upload(secretary, world, filed)
    submit = application_pb2.SubmitApplicationRequest(request_id=request_id(), name=filed.name, etag=filed.etag)
    submitted = secretary.applications.SubmitApplication(submit)

    seen = []
    for response in watch(secretary, world.open):
        seen.append(response)
        if response.event.event_id == submitted.receipt.event_id:
            break
    assert seen[-1].event.leaf_hash == submitted.receipt.leaf_hash
    assert seen[-1].event.application_state == application_pb2.APPLICATION_STATE_SUBMITTED
    assert {response.event.organization for response in seen} == {f"organizations/{ORGANIZATION}"}
    assert len({response.event.event_id for response in seen}) == len(seen)

    middle = len(seen) // 2
    rest = itertools.islice(watch(secretary, world.open, seen[middle].cursor), len(seen) - middle - 1)
    assert [response.event.event_id for response in rest] == [r.event.event_id for r in seen[middle + 1 :]]


def test_a_cursor_is_valid_for_one_organization_and_one_log(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    first = next(watch(secretary, world.finished))
    for caller, parent in [
        (world.caller("cis", "delegation.submitter"), world.finished),
        (secretary, world.open),
    ]:
        error = expect_error(lambda cursor: next(watch(caller, parent, cursor)), first.cursor)
        assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_CURSOR")
