"""Uploads and downloads documents with the streams of grpcio."""

import hashlib

import grpc

from accreditation.v1 import application_pb2, document_pb2
from people import document, filing, upload, upload_parts
from call_errors import expect_error

ORGANIZATION = "osce-odihr"


def test_a_document_is_downloaded_as_it_was_uploaded_in_small_chunks(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    filed = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    page = next(d for d in filed.documents if d.kind == application_pb2.DOCUMENT_KIND_PASSPORT_PAGE)
    content = world.specimens[page.kind]
    kept = secretary.documents.UploadDocument(upload_parts(filed.name, page, content, size=7))
    assert (kept.media_type, kept.kept_size_bytes) == ("application/pdf", len(content))

    request = document_pb2.DownloadDocumentRequest(name=kept.name, purpose="to compare it")
    first, *chunks = secretary.documents.DownloadDocument(request)
    assert first.document.kept_sha256 == hashlib.sha256(content).digest()
    assert b"".join(part.chunk for part in chunks) == content


def test_the_client_gets_the_error_of_an_upload_that_is_refused_early(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    filed = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    upload(secretary, world, filed)
    large = b"%PDF-1.7\n" + bytes(16 * 1024 * 1024)
    declared = document(application_pb2.DOCUMENT_KIND_PLEDGE, large)

    def send(parts):
        return expect_error(secretary.documents.UploadDocument, parts)

    error = send(upload_parts(filed.name, declared, large, size=65536))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNACCEPTABLE_DOCUMENT")
    other_delegation = world.caller("cis", "delegation.submitter")
    parts = upload_parts(filed.name, declared, large, size=65536)
    error = expect_error(other_delegation.documents.UploadDocument, parts)
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    error = send(document_pb2.UploadDocumentRequest(chunk=b"x") for _ in range(2))
    assert error.reason == "INVALID_REQUEST" and set(error.violations) == {"header"}
    error = send(iter([]))
    assert error.reason == "INVALID_REQUEST" and set(error.violations) == {"header"}
