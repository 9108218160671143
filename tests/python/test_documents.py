"""Documents, streamed both ways by grpcio."""

import hashlib

import grpc

from accreditation.v1 import application_pb2, document_pb2
from people import document, filing, upload, upload_parts
from refusals import refused

ORGANIZATION = "osce-odihr"


def test_a_page_comes_back_as_it_was_sent_in_chunks_of_any_size(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    filed = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    page = next(d for d in filed.documents if d.kind == application_pb2.DOCUMENT_KIND_PASSPORT_PAGE)
    content = world.specimens[page.kind]
    kept = secretary.documents.UploadDocument(upload_parts(filed.name, page, content, size=7))
    assert (kept.media_type, kept.kept_size_bytes) == ("application/pdf", len(content))

    request = document_pb2.DownloadDocumentRequest(name=kept.name, purpose="to see it come back")
    first, *chunks = secretary.documents.DownloadDocument(request)
    assert first.document.kept_sha256 == hashlib.sha256(content).digest()
    assert b"".join(part.chunk for part in chunks) == content


def test_what_is_refused_early_is_told_however_much_would_follow(world):
    secretary = world.caller(ORGANIZATION, "delegation.submitter")
    filed = secretary.applications.CreateApplication(filing(world, ORGANIZATION))
    upload(secretary, world, filed)
    large = b"%PDF-1.7\n" + bytes(16 * 1024 * 1024)
    declared = document(application_pb2.DOCUMENT_KIND_PLEDGE, large)

    def send(parts):
        return refused(secretary.documents.UploadDocument, parts)

    refusal = send(upload_parts(filed.name, declared, large, size=65536))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNACCEPTABLE_DOCUMENT")
    stranger = world.caller("cis", "delegation.submitter")
    refusal = refused(stranger.documents.UploadDocument, upload_parts(filed.name, declared, large, size=65536))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    refusal = send(document_pb2.UploadDocumentRequest(chunk=b"x") for _ in range(2))
    assert refusal.reason == "INVALID_REQUEST" and set(refusal.violations) == {"header"}
    refusal = send(iter([]))
    assert refusal.reason == "INVALID_REQUEST" and set(refusal.violations) == {"header"}
