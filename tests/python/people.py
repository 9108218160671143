"""Requests about generated people, who do not exist."""

import hashlib
import secrets
import uuid

from accreditation.v1 import application_pb2, common_pb2, document_pb2


def request_id() -> str:
    return str(uuid.uuid4())


def observer(world) -> application_pb2.Application:
    """A new short-term observer. The automatic checks find nothing about this person."""
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
        documents=[document(kind, content) for kind, content in world.specimens.items()],
    )


def document(kind, content: bytes) -> application_pb2.Document:
    return application_pb2.Document(kind=kind, sha256=hashlib.sha256(content).digest(), size_bytes=len(content))


def upload(caller, world, application: application_pb2.Application) -> list[application_pb2.Document]:
    """Uploads the documents that the application declares."""
    return [
        caller.documents.UploadDocument(upload_parts(application.name, declared, world.specimens[declared.kind]))
        for declared in application.documents
    ]


def upload_parts(application: str, declared: application_pb2.Document, content: bytes, size: int = 4096):
    """The messages of an upload: a header, then the bytes in order."""
    header = document_pb2.UploadHeader(request_id=request_id(), parent=application, document=declared)
    yield document_pb2.UploadDocumentRequest(header=header)
    for start in range(0, len(content), size):
        yield document_pb2.UploadDocumentRequest(chunk=content[start : start + size])


def filing(world, organization: str) -> application_pb2.CreateApplicationRequest:
    """The request that files a new observer of an organization at the open election."""
    return application_pb2.CreateApplicationRequest(
        request_id=request_id(), parent=f"{world.open}/missions/{organization}", application=observer(world)
    )
