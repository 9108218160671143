"""Compiles proto/ for Python, as partners do. The stubs go into a directory that is deleted when the program ends."""

import atexit
import importlib.resources
import pathlib
import sys
import tempfile

from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]

_directory = tempfile.TemporaryDirectory(prefix="accreditation-stubs-")
atexit.register(_directory.cleanup)
DIRECTORY = _directory.name


def generate() -> None:
    """Makes `accreditation.v1` and `buf.validate` importable. The package googleapis-common-protos has google.api."""
    own = [ROOT / "proto", ROOT / "third_party/proto"]
    well_known = importlib.resources.files("grpc_tools") / "_proto"
    sources = sorted((ROOT / "proto/accreditation/v1").glob("*.proto")) + [own[1] / "buf/validate/validate.proto"]
    outputs = [f"--{kind}_out={DIRECTORY}" for kind in ("python", "grpc_python")]
    arguments = ["protoc", *(f"-I{path}" for path in (*own, well_known)), *outputs, *map(str, sources)]
    if protoc.main(arguments) != 0:
        raise RuntimeError("proto/ does not compile; the errors of protoc are above")
    sys.path.insert(0, DIRECTORY)
