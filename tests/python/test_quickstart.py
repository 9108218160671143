"""Runs quickstart.py, which the README shows."""

import os
import pathlib
import re
import subprocess
import sys

import stubs

QUICKSTART = pathlib.Path(__file__).with_name("quickstart.py")


def test_the_quickstart_files_and_submits_an_application(world):
    principal = world.principal("cis", "delegation.submitter")
    arguments = [world.address, world.server_ca, principal.certificate, principal.key]
    election = world.open.removeprefix("elections/")
    done = subprocess.run(
        [sys.executable, QUICKSTART, *map(str, arguments), election, world.log.parent / "specimens"],
        env={**os.environ, "PYTHONPATH": stubs.DIRECTORY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first == f"I am organizations/cis/principals/{principal.name} with {', '.join(principal.roles)}"
    assert re.fullmatch(rf"{world.open}/missions/cis/applications/[0-9a-f-]{{36}} APPLICATION_STATE_SUBMITTED", last)
