"""Writes the pages of docs/guide that say what the code says: settings and commands.

Run as `python -m deploy.docs`, or `make docs`; a test fails when they are not up to date.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from typer.core import TyperGroup

from api.mailroom.settings import MailroomSettings
from api.settings import Settings
from deploy.cli.main import app
from deploy.stack.settings import StackSettings
from worker.settings import WorkerSettings

GUIDE = Path("docs/guide")
_READERS: dict[str, type[BaseSettings]] = {
    "api": Settings,
    "mailroom": MailroomSettings,
    "worker": WorkerSettings,
    "stack": StackSettings,
}
_CONFIGURATION = """\
# Configuration

Every process reads its environment. `stack` stands for `make up`, `make demo` and the
`belegfluss` command; what the stack starts is told the rest by it. Secrets are never printed.
This page is written by `make docs`.

| variable | read by | default | what it says |
| --- | --- | --- | --- |
"""
_COMMAND = """\
# The belegfluss command

It finds the database by `BELEGFLUSS_DATABASE_URL`, or through the stack that runs in
`BELEGFLUSS_HOME`. This page is written by `make docs`.
"""


def configuration() -> str:
    """Page of all settings, one row for each variable."""
    variables: dict[str, dict[str, FieldInfo]] = {}
    for reader, settings in _READERS.items():
        for name, field in settings.model_fields.items():
            variables.setdefault(name, {})[reader] = field
    return _CONFIGURATION + "".join(_row(name, variables[name]) for name in sorted(variables))


def command() -> str:
    """Page of all commands with their arguments."""
    text = _COMMAND + "".join(_described(typer.main.get_command(app), "belegfluss"))
    return text.rstrip() + "\n"


def pages() -> dict[str, str]:
    """Generated pages by file name."""
    return {"configuration.md": configuration(), "command.md": command()}


def _row(name: str, readers: dict[str, FieldInfo]) -> str:
    variable = f"`BELEGFLUSS_{name.upper()}`"
    meaning = next((field.description for field in readers.values() if field.description), "")
    return f"| {variable} | {', '.join(readers)} | {_defaults(readers)} | {meaning} |\n"


def _defaults(readers: dict[str, FieldInfo]) -> str:
    """Tell one default for all readers, or where they differ, that of each."""
    told: dict[str, list[str]] = {}
    for reader, field in readers.items():
        told.setdefault(_default(field), []).append(reader)
    if len(told) == 1:
        return next(iter(told))
    return "; ".join(f"{', '.join(names)}: {value or 'none'}" for value, names in told.items())


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True)
    if default is None or default == "" or isinstance(default, SecretStr):
        return ""
    return f"`{default}`"


def _described(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, TyperGroup):
        for name, below in node.commands.items():
            yield from _described(below, f"{path} {name}")
        return
    arguments = [each for each in node.params if each.param_type_name == "argument"]
    options = [each for each in node.params if each.param_type_name == "option"]
    words = " ".join((path, *(each.name.upper() for each in arguments)))
    yield f"\n## {words}\n\n{' '.join(str(node.help).split())}\n"
    yield "\n" if node.params else ""
    yield from (f"- `{each.name.upper()}`: {each.help}\n" for each in arguments)
    yield from (f"- `{each.opts[-1]}`: {each.help}\n" for each in options)


def main() -> None:
    """Write all pages."""
    GUIDE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (GUIDE / name).write_text(text)


if __name__ == "__main__":
    main()
