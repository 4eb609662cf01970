"""Fetches files of other projects that pages are served with, each as vendored.json names it.

Run as `python deploy/setup/vendored.py`. It asks npm, by whatever registry this machine is set
to, and writes nothing whose hash is another one than is recorded; `--record` records it anew.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("vendored.json")


def main() -> int:
    """Fetch every file; 1 if one is not what was recorded."""
    listed = json.loads(LIST.read_text())
    wrong = [each["target"] for each in listed if not _fetched(each, record="--record" in sys.argv)]
    LIST.write_text(json.dumps(listed, indent=2) + "\n")
    for target in wrong:
        sys.stderr.write(f"{target} is not what was recorded; nothing was written.\n")
    return 1 if wrong else 0


def _fetched(entry: dict[str, str], *, record: bool) -> bool:
    content = _packed(f"{entry['package']}@{entry['version']}", entry["file"])
    digest = hashlib.sha256(content).hexdigest()
    if record:
        entry["sha256"] = digest
    if digest != entry["sha256"]:
        return False
    target = ROOT / entry["target"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return True


def _packed(package: str, name: str) -> bytes:
    """One file of a package as it is published, or all of it where none is named."""
    with tempfile.TemporaryDirectory(prefix="belegfluss-") as folder:
        command = ("npm", "pack", package, "--silent", "--pack-destination", folder)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own list
        (archive,) = Path(folder).iterdir()
        if not name:
            return archive.read_bytes()
        with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as opened:
            found = opened.extractfile(f"package/{name}")
            if found is None:
                raise FileNotFoundError(name)
            return found.read()


if __name__ == "__main__":
    sys.exit(main())
