"""The bill of materials names what the lock pins, file by file."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.setup.bill import bill, pinned

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
VENDORED = json.loads((ROOT / "deploy" / "setup" / "vendored.json").read_text())


def written() -> str:
    """What the command writes."""
    done = subprocess.run(
        (sys.executable, "-m", "deploy.setup.bill"),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def components(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Components of a kind."""
    return [each for each in made["components"] if each["type"] == kind]


def test_every_package_of_the_lock_is_listed() -> None:
    """With its version and all of its hashes, each once."""
    made = json.loads(written())
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    found = components(made, "library")
    lines = re.findall(r"^[^\s#][^\n]*?==", LOCK, re.MULTILINE)
    assert len({each["purl"] for each in found}) == len(found) == len(lines)
    hashes = {each["value"] for one in found for each in one["properties"]}
    assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert made["dependencies"][0]["dependsOn"] == sorted(
        each["bom-ref"] for each in made["components"]
    )


def test_the_same_lock_gives_the_same_bill() -> None:
    """Whoever compares two of them sees what changed, and no day."""
    assert written() == written()


def test_tools_are_told_from_what_runs() -> None:
    """And files of other projects that lie here are named with their hash."""
    made = bill(LOCK, ROOT / "pyproject.toml", VENDORED)
    scopes = {each["name"]: each["scope"] for each in components(made, "library")}
    assert (scopes["hypothesis"], scopes["fastapi"]) == ("optional", "required")
    files = components(made, "file")
    assert {each["hashes"][0]["content"] for each in files} == {e["sha256"] for e in VENDORED}


def test_a_line_of_a_lock_is_read_whatever_it_asks_for() -> None:
    """Extras and markers belong to it, and are no part of its name or version."""
    one, other = pinned(
        "a_b[x]==1.0 ; python_version < '4' \\\n    --hash=sha256:" + "a" * 64 + "\nc==2\n"
    )
    assert (one.name, one.version, one.hashes) == ("a_b", "1.0", ("a" * 64,))
    assert (other.purl, other.hashes) == ("pkg:pypi/c@2", ())
