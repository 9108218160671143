"""Parses the error of a call with the messages of googleapis: google.rpc.Status and its details."""

import dataclasses

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status


@dataclasses.dataclass(frozen=True)
class CallError:
    """The error that a call returned."""

    code: grpc.StatusCode
    message: str
    reason: str
    metadata: dict[str, str]
    violations: dict[str, str]
    details: bytes


def expect_error(call, request) -> CallError:
    """Makes a call that must fail with a reason of this service. Returns the error."""
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    status = rpc_status.from_call(caught.value)
    assert status is not None, f"the error has no google.rpc.Status: {caught.value!r}"
    info, violations = error_details_pb2.ErrorInfo(), {}
    for detail in status.details:
        bad_request = error_details_pb2.BadRequest()
        if detail.Unpack(bad_request):
            violations = {violation.field: violation.description for violation in bad_request.field_violations}
        elif detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            detail.Unpack(info)
    assert info.domain == "accreditation.v1"
    return CallError(
        code=caught.value.code(),
        message=status.message,
        reason=info.reason,
        metadata=dict(info.metadata),
        violations=violations,
        details=b"".join(detail.SerializeToString(deterministic=True) for detail in status.details),
    )
