"""Reads world.json, and opens channels as the principals in it."""

import dataclasses
import json
import pathlib
import re

import grpc

from accreditation.v1 import (
    accreditation_pb2_grpc,
    application_pb2,
    application_pb2_grpc,
    decree_pb2_grpc,
    document_pb2_grpc,
    presentation_pb2_grpc,
    registry_pb2_grpc,
    report_pb2_grpc,
    review_pb2_grpc,
    transparency_pb2_grpc,
)


@dataclasses.dataclass(frozen=True)
class Principal:
    """A principal that can call the service, with its PEM files."""

    organization: str
    name: str
    spiffe_id: str
    roles: tuple[str, ...]
    certificate: pathlib.Path
    key: pathlib.Path


@dataclasses.dataclass(frozen=True)
class Authority:
    """The certificate authority of an organization, with its PEM files."""

    organization: str
    certificate: pathlib.Path
    key: pathlib.Path


class Caller:
    """The stubs of all services, on one channel."""

    def __init__(self, channel: grpc.Channel):
        self.channel = channel
        self.registry = registry_pb2_grpc.RegistryServiceStub(channel)
        self.applications = application_pb2_grpc.ApplicationServiceStub(channel)
        self.documents = document_pb2_grpc.DocumentServiceStub(channel)
        self.presentations = presentation_pb2_grpc.PresentationServiceStub(channel)
        self.reviews = review_pb2_grpc.ReviewServiceStub(channel)
        self.decrees = decree_pb2_grpc.DecreeServiceStub(channel)
        self.accreditations = accreditation_pb2_grpc.AccreditationServiceStub(channel)
        self.transparency = transparency_pb2_grpc.TransparencyServiceStub(channel)
        self.reports = report_pb2_grpc.ReportServiceStub(channel)


class World:
    """A running rehearsal: its server, and the principals that may call it."""

    def __init__(self, file: pathlib.Path):
        document = json.loads(file.read_text())
        self.log = file.parent / "server.log"
        self.address = document["addresses"][0]
        self.server_ca = pathlib.Path(document["server_ca"])
        self.finished, self.open = (f"elections/{code}" for code in document["elections"])
        self.principals = [
            Principal(
                organization=entry["organization"],
                name=entry["name"],
                spiffe_id=entry["spiffe_id"],
                roles=tuple(entry["roles"]),
                certificate=pathlib.Path(entry["certificate"]),
                key=pathlib.Path(entry["key"]),
            )
            for entry in document["principals"]
        ]
        self.authorities = {
            entry["organization"]: Authority(
                entry["organization"], pathlib.Path(entry["certificate"]), pathlib.Path(entry["key"])
            )
            for entry in document["authorities"]
        }
        self.specimens = {
            application_pb2.DocumentKind.Value("DOCUMENT_KIND_" + kind.replace("-", "_").upper()): pathlib.Path(
                path
            ).read_bytes()
            for kind, path in document["specimens"].items()
        }
        self._callers: dict[str, Caller] = {}

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_) -> None:
        for caller in self._callers.values():
            caller.channel.close()

    def principal(self, organization: str, role: str) -> Principal:
        """The first principal of an organization with a role."""
        return next(p for p in self.principals if p.organization == organization and role in p.roles)

    def caller(self, organization: str, role: str) -> Caller:
        """A caller as the first principal with a role. Each principal has one connection."""
        principal = self.principal(organization, role)
        if principal.spiffe_id not in self._callers:
            channel = self.connect(principal.certificate.read_bytes(), principal.key.read_bytes())
            self._callers[principal.spiffe_id] = Caller(channel)
        return self._callers[principal.spiffe_id]

    def connect(self, certificate: bytes, key: bytes) -> grpc.Channel:
        """A channel with any certificate, also an invalid one. It connects at the first call."""
        credentials = grpc.ssl_channel_credentials(self.server_ca.read_bytes(), key, certificate)
        # In grpcio, channels with equal arguments share connections, also refused ones. A local pool prevents that.
        return grpc.secure_channel(self.address, credentials, [("grpc.use_local_subchannel_pool", 1)])


def pages(call, request, field: str):
    """All items of a List call. Requests one page after another, with the page_size of the request."""
    while True:
        page = call(request)
        items = getattr(page, field)
        assert len(items) <= request.page_size
        yield from items
        if not page.next_page_token:
            return
        assert items, "a page that is not the last one is empty"
        request.page_token = page.next_page_token


def mission(application: str) -> str:
    """The organization in an application's name."""
    return re.fullmatch(r"elections/[^/]+/missions/([^/]+)/applications/[^/]+", application)[1]
