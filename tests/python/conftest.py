"""Every test joins one running world, of which it knows nothing but proto/ and world.json."""

import os
import pathlib

import pytest

import stubs

stubs.generate()

from world import World  # noqa: E402  (needs the generated stubs)


@pytest.fixture(scope="session")
def world():
    """The world that the variable REHEARSAL_WORLD names by its file."""
    file = os.environ.get("REHEARSAL_WORLD")
    if not file:
        pytest.fail("REHEARSAL_WORLD must name the world.json of a running `rehearsal --keep`", pytrace=False)
    with World(pathlib.Path(file)) as world:
        yield world


@pytest.fixture(scope="session")
def observers() -> int:
    """How many people the finished election accredited."""
    return int(os.environ.get("REHEARSAL_OBSERVERS", "1013"))
