"""A software bill of materials (CycloneDX 1.6) of everything that the lock file pins.

Run as `python -m deploy.setup.bill`, or `make bill`. It reads the lock, the list of files of other
projects, and the metadata of what is installed. It asks nobody, and writes the same bytes for the
same things: no time, no random number.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from deploy.setup.production import only_for_development

ROOT = Path(__file__).parents[2]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_LONGEST = 100
"""Some packages put the whole text of their licence where its name belongs."""
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package at its version, with the hashes of the files that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its name among all packages of the world.

        >>> Pinned("Ruff_x", "1.0", ()).purl
        'pkg:pypi/ruff-x@1.0'
        """
        return f"pkg:pypi/{normalised(self.name)}@{self.version}"


def pinned(lock: str) -> Iterator[Pinned]:
    """Every package of a lock file."""
    starts = list(_PINNED.finditer(lock))
    ends = [*(each.start() for each in starts[1:]), len(lock)]
    for start, end in zip(starts, ends, strict=True):
        yield Pinned(start[1], start[2], tuple(_HASH.findall(lock[start.start() : end])))


def bill(lock: str, pyproject: Path, vendored: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """The bill: one component for each package; those of development are marked as optional.

    `vendored` are files of other projects that lie in the repository.
    """
    tools = {normalised(name) for name in only_for_development(pyproject)}
    packages = sorted(pinned(lock), key=lambda each: each.purl)
    components = [*(_component(each, tools) for each in packages), *map(_vendored, vendored)]
    names = sorted({str(each["bom-ref"]) for each in components})
    serial = uuid5(NAMESPACE_URL, " ".join(names))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "belegfluss",
                "name": "belegfluss",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": "belegfluss", "dependsOn": names}],
    }


def normalised(name: str) -> str:
    """Name of a package as registries compare it (PEP 503).

    >>> normalised("Jinja2.Ext_x")
    'jinja2-ext-x'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _component(package: Pinned, tools: set[str]) -> dict[str, object]:
    known: dict[str, object] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "scope": "optional" if normalised(package.name) in tools else "required",
        # The format has one place for the hashes of one file, and here are several files.
        "properties": [{"name": "pip:sha256", "value": each} for each in package.hashes],
    }
    told = _licence_of(package.name)
    return {**known, "licenses": [told]} if told else known


def _vendored(entry: Mapping[str, str]) -> dict[str, object]:
    """A file that was taken from a package of npm as it was published."""
    purl = f"pkg:npm/{entry['package'].replace('@', '%40')}@{entry['version']}"
    return {
        "type": "file",
        "bom-ref": f"{purl}#{entry['file']}",
        "name": entry["target"],
        "version": entry["version"],
        "purl": f"{purl}#{entry['file']}",
        "scope": "required",
        "licenses": [{"license": {"id": entry["licence"]}}],
        "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
    }


def _licence_of(name: str) -> dict[str, object]:
    """What an installed package says of its licence; nothing for one that is not installed."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return {}
    if "License-Expression" in said:
        return {"expression": said["License-Expression"]}
    words = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or ()
             if each.startswith("License :: ")]  # fmt: skip
    name = ", ".join(words) or (said["License"].strip() if "License" in said else "")
    return {"license": {"name": name}} if 0 < len(name) < _LONGEST else {}


def main() -> None:
    """Write the bill to standard output."""
    lock = (ROOT / "requirements.lock").read_text()
    vendored = json.loads((ROOT / "deploy" / "setup" / "vendored.json").read_text())
    made = bill(lock, ROOT / "pyproject.toml", vendored)
    json.dump(made, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
