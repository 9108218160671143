"""Files one application, uploads its documents and submits it. It is a small example to start from.

    pip install grpcio grpcio-tools googleapis-common-protos
    python -m grpc_tools.protoc -I proto -I third_party/proto --python_out=stubs --grpc_python_out=stubs \\
        proto/accreditation/v1/*.proto third_party/proto/buf/validate/validate.proto
    PYTHONPATH=stubs python tests/python/quickstart.py ADDRESS SERVER_CA CERTIFICATE KEY ELECTION DOCUMENTS

DOCUMENTS is a directory with passport-page.pdf, photo.jpg and pledge.pdf. A rehearsal writes such files to `specimens`.
"""

import hashlib
import pathlib
import sys
import uuid

import grpc
from accreditation.v1 import (
    application_pb2,
    application_pb2_grpc,
    common_pb2,
    document_pb2,
    document_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
)

address, server_ca, certificate, key, election, directory = sys.argv[1:]


def read(path):
    return pathlib.Path(path).read_bytes()


def document(kind, content):
    return application_pb2.Document(kind=kind, sha256=hashlib.sha256(content).digest(), size_bytes=len(content))


def upload(application, declared, content):
    header = document_pb2.UploadHeader(request_id=str(uuid.uuid4()), parent=application, document=declared)
    yield document_pb2.UploadDocumentRequest(header=header)
    for start in range(0, len(content), 256 * 1024):
        yield document_pb2.UploadDocumentRequest(chunk=content[start : start + 256 * 1024])


credentials = grpc.ssl_channel_credentials(read(server_ca), read(key), read(certificate))
with grpc.secure_channel(address, credentials) as channel:
    registry = registry_pb2_grpc.RegistryServiceStub(channel)
    applications = application_pb2_grpc.ApplicationServiceStub(channel)
    uploads = document_pb2_grpc.DocumentServiceStub(channel)

    me = registry.WhoAmI(registry_pb2.WhoAmIRequest())
    organization = me.name.split("/")[1]
    print("I am", me.name, "with", ", ".join(me.roles))

    person = application_pb2.Person(
        family_name="MUSTERMANN",
        given_name="ERIKA",
        nationality="DEU",
        birth_date="1983-08-12",
        sex=application_pb2.SEX_FEMALE,
        passport=application_pb2.Passport(number="C01X00T47", issuing_state="DEU", expiry_date="2035-10-31"),
    )
    files = {
        application_pb2.DOCUMENT_KIND_PASSPORT_PAGE: read(pathlib.Path(directory, "passport-page.pdf")),
        application_pb2.DOCUMENT_KIND_PHOTO: read(pathlib.Path(directory, "photo.jpg")),
        application_pb2.DOCUMENT_KIND_PLEDGE: read(pathlib.Path(directory, "pledge.pdf")),
    }
    documents = [document(kind, content) for kind, content in files.items()]
    # Keep each request with its id until it is answered. Sent again, it takes effect only once.
    filed = applications.CreateApplication(
        application_pb2.CreateApplicationRequest(
            request_id=str(uuid.uuid4()),
            parent=f"elections/{election}/missions/{organization}",
            application=application_pb2.Application(
                category=common_pb2.CATEGORY_SHORT_TERM_OBSERVER, person=person, documents=documents
            ),
        )
    )
    for declared in filed.documents:
        uploads.UploadDocument(upload(filed.name, declared, files[declared.kind]))
    submitted = applications.SubmitApplication(
        application_pb2.SubmitApplicationRequest(request_id=str(uuid.uuid4()), name=filed.name, etag=filed.etag)
    )
    print(submitted.name, application_pb2.ApplicationState.Name(submitted.state))
