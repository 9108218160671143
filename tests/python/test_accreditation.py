"""Takes one application from DRAFT to ACCREDITED as five principals."""

import secrets
import time

import grpc
from accreditation.v1 import (
    accreditation_pb2,
    application_pb2,
    decree_pb2,
    presentation_pb2,
    report_pb2,
    review_pb2,
)
from people import filing, request_id, upload

ORGANIZATION = "osce-odihr"


def test_five_principals_take_an_application_from_draft_to_accredited(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    officer = world.caller("mfa", "mfa.officer")
    reviewer = world.caller("cec", "cec.reviewer")
    adopter = world.caller("cec", "cec.adopter")
    auditor = world.caller("cec", "auditor")
    before = count_accredited(world, auditor)

    application = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    check(world, application, application_pb2.APPLICATION_STATE_DRAFT)
    for document in upload(secretary, world, application):
        check_receipt(world, document.receipt)
    application = secretary.applications.SubmitApplication(
        application_pb2.SubmitApplicationRequest(
            request_id=request_id(), name=application.name, etag=application.etag
        )
    )
    check(world, application, application_pb2.APPLICATION_STATE_SUBMITTED)
    present(world, officer, application.name)
    application = recommend(world, reviewer, application.name)
    decree = adopt(world, adopter, application.name)

    final = auditor.applications.GetApplication(application_pb2.GetApplicationRequest(name=application.name))
    assert final.state == application_pb2.APPLICATION_STATE_ACCREDITED
    assert final.decree == decree.name
    accreditation = auditor.accreditations.GetAccreditation(
        accreditation_pb2.GetAccreditationRequest(name=final.accreditation)
    )
    assert accreditation.application == final.name and accreditation.decree == decree.name
    assert accreditation.recommended_by == principal_name(world, "cec.reviewer")
    assert accreditation.adopted_by == principal_name(world, "cec.adopter") == decree.adopted_by
    assert count_accredited(world, auditor) == before + 1


def present(world, officer, application: str) -> None:
    presentation = officer.presentations.CreatePresentation(
        presentation_pb2.CreatePresentationRequest(
            request_id=request_id(),
            parent=world.open,
            presentation=presentation_pb2.Presentation(
                note_number=f"21-{secrets.token_hex(4)}", applications=[application]
            ),
            expected_count=1,
        )
    )
    assert list(presentation.applications) == [application]
    assert presentation.presented_by == "organizations/mfa/principals/" + world.principal("mfa", "mfa.officer").name
    check_receipt(world, presentation.receipt)


def claim(reviewer, application: str) -> application_pb2.Application:
    """Claims an application. Repeats the call until the automatic checks have run, soon after the presentation."""
    request = review_pb2.ClaimApplicationRequest(request_id=request_id(), name=application)
    for _ in range(100):
        try:
            return reviewer.reviews.ClaimApplication(request)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(0.1)
    raise AssertionError("the automatic checks did not run within ten seconds")


def recommend(world, reviewer, application: str) -> application_pb2.Application:
    claimed = claim(reviewer, application)
    check(world, claimed, application_pb2.APPLICATION_STATE_IN_REVIEW)
    assert not claimed.findings, "the checks found something about a person without faults"
    recommended = reviewer.reviews.RecommendApplication(
        review_pb2.RecommendApplicationRequest(
            request_id=request_id(),
            name=claimed.name,
            etag=claimed.etag,
            verdict=application_pb2.VERDICT_ACCREDIT,
        )
    )
    check(world, recommended, application_pb2.APPLICATION_STATE_RECOMMENDED)
    return recommended


def adopt(world, adopter, application: str) -> decree_pb2.Decree:
    decree = adopter.decrees.CreateDecree(
        decree_pb2.CreateDecreeRequest(
            request_id=request_id(),
            parent=world.open,
            decree=decree_pb2.Decree(
                decree_number=f"17/{secrets.token_hex(4)}",
                session_date="2019-05-06",
                chair="A. Chair",
                secretary="B. Secretary",
            ),
        )
    )
    assert decree.state == decree_pb2.DECREE_STATE_DRAFT
    decree = adopter.decrees.AddDecreeItems(
        decree_pb2.AddDecreeItemsRequest(request_id=request_id(), name=decree.name, applications=[application])
    )
    decree = adopter.decrees.AdoptDecree(
        decree_pb2.AdoptDecreeRequest(request_id=request_id(), name=decree.name, etag=decree.etag)
    )
    assert decree.state == decree_pb2.DECREE_STATE_ADOPTED
    assert (decree.accredited_count, decree.refused_count) == (1, 0)
    check_receipt(world, decree.receipt)
    return decree


def check(world, application, state) -> None:
    assert application.state == state
    check_receipt(world, application.receipt)


def check_receipt(world, receipt) -> None:
    assert receipt.log == world.open
    assert receipt.event_id and len(receipt.leaf_hash) == 32 and receipt.HasField("event_time")


def count_accredited(world, auditor) -> int:
    return auditor.reports.GetTotals(report_pb2.GetTotalsRequest(election=world.open)).accredited


def principal_name(world, role: str) -> str:
    return "organizations/cec/principals/" + world.principal("cec", role).name
