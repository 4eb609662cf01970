"""Name the packages that only development needs; the image removes them.

There is one lock file, so that what is tested is what runs. The image installs all of it
with its hashes and then drops the tools and the embedded servers.
"""

import re
import tomllib
from pathlib import Path

# The command line starts the embedded servers, but only where they are installed.
_ALSO_USED = {"psutil", "setuptools"}


def only_for_development(pyproject: Path) -> list[str]:
    """Names of the packages in the extras."""
    extras = tomllib.loads(pyproject.read_text())["project"]["optional-dependencies"]
    names = {re.split(r"[\[<>=;! ]", each)[0] for group in extras.values() for each in group}
    return sorted(names - _ALSO_USED)


if __name__ == "__main__":
    print("\n".join(only_for_development(Path("pyproject.toml"))))  # noqa: T201
