"""Which branches of some files are taken while a block runs, in whatever thread.

A branch is a conditional jump of the bytecode from one line to two others. Jumps that stay in their
line (a conditional expression) cannot be told apart by lines, and are not counted; neither is what
leads to a `raise`, nor what a validator decides: a refusal leaves no history.
"""

import dis
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_VALIDATES = ("refuse_", "_check")
Branch = tuple[str, int, int]
"""A file, and the lines that it leads from and to."""


@dataclass(frozen=True, slots=True)
class Branches:
    """What could be taken, and what was."""

    possible: frozenset[Branch]
    taken: set[Branch] = field(default_factory=set)

    @property
    def missed(self) -> list[Branch]:
        """What was not taken, in the order of the files."""
        return [each for each in sorted(self.possible - self.taken) if not _leads_to_refusal(each)]


@contextmanager
def watched(files: list[Path]) -> Iterator[Branches]:
    """Watch these files while the block runs; whoever watches already watches again after it."""
    names = {str(path) for path in files}
    possible = frozenset(
        branch
        for path in files
        for branch in _possible(compile(path.read_text(), str(path), "exec"))
    )
    found = Branches(possible)

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in names:
            return None
        last = frame.f_lineno

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            if event == "line":
                found.taken.add((frame.f_code.co_filename, last, frame.f_lineno))
                last = frame.f_lineno
            return step

        return step

    before = sys.gettrace()
    threading.settrace(enter)
    sys.settrace(enter)
    try:
        yield found
    finally:
        sys.settrace(before)
        threading.settrace(before)


def _possible(code: CodeType) -> Iterator[Branch]:
    instructions = list(dis.get_instructions(code))
    lines: dict[int, int] = {}
    line = code.co_firstlineno
    for each in instructions:
        line = each.positions.lineno if each.positions and each.positions.lineno else line
        lines[each.offset] = line
    for each, following in pairwise(instructions):
        if each.opcode in dis.hasjrel and ("_IF_" in each.opname or each.opname == "FOR_ITER"):
            source = lines[each.offset]
            for target in (int(each.argval), following.offset):
                if lines[target] != source:
                    yield (code.co_filename, source, lines[target])
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_name.startswith(_VALIDATES):
            yield from _possible(constant)


def _leads_to_refusal(branch: Branch) -> bool:
    path, _, to = branch
    return Path(path).read_text().splitlines()[to - 1].lstrip().startswith("raise")
