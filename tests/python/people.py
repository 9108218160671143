"""Requests about people who do not exist."""

import hashlib
import secrets
import uuid

from accreditation.v1 import application_pb2, common_pb2

REQUIRED_DOCUMENTS = (
    application_pb2.DOCUMENT_KIND_PASSPORT_PAGE,
    application_pb2.DOCUMENT_KIND_PHOTO,
    application_pb2.DOCUMENT_KIND_PLEDGE,
)


def request_id() -> str:
    return str(uuid.uuid4())


def observer() -> application_pb2.Application:
    """A new short-term observer, with nothing that a check could find."""
    return application_pb2.Application(
        category=common_pb2.CATEGORY_SHORT_TERM_OBSERVER,
        person=application_pb2.Person(
            family_name="OESTERREICHER",
            given_name="KATHARINA",
            nationality="AUT",
            birth_date="1979-02-28",
            sex=application_pb2.SEX_FEMALE,
            passport=application_pb2.Passport(
                number="P" + secrets.token_hex(4).upper(), issuing_state="AUT", expiry_date="2040-12-31"
            ),
        ),
        documents=[document(kind) for kind in REQUIRED_DOCUMENTS],
    )


def document(kind) -> application_pb2.Document:
    content = secrets.token_bytes(64)
    return application_pb2.Document(kind=kind, sha256=hashlib.sha256(content).digest(), size_bytes=len(content))


def filing(world, organization: str) -> application_pb2.CreateApplicationRequest:
    """The request that files a new observer of an organization at the open election."""
    return application_pb2.CreateApplicationRequest(
        request_id=request_id(), parent=f"{world.open}/missions/{organization}", application=observer()
    )
