"""Every test connects to one running rehearsal. It uses only proto/ and the file world.json."""

import os
import pathlib

import pytest

import stubs

stubs.generate()

from world import World  # noqa: E402  (needs the generated stubs)


@pytest.fixture(scope="session")
def world():
    """The running rehearsal. The variable REHEARSAL_WORLD contains the path of its world.json."""
    file = os.environ.get("REHEARSAL_WORLD")
    if not file:
        pytest.fail("set REHEARSAL_WORLD to the path of the world.json of a running `rehearsal --keep`", pytrace=False)
    with World(pathlib.Path(file)) as world:
        yield world


@pytest.fixture(scope="session")
def observers() -> int:
    """Number of people that the finished election accredited."""
    return int(os.environ.get("REHEARSAL_OBSERVERS", "1013"))
