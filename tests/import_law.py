"""Contract types that import-linter lacks; named in pyproject.toml."""

from fnmatch import fnmatchcase
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PureContract(Contract):
    """Modules whose names do not say that they touch the database never do.

    `impure` are patterns of module names (`domain.*.*_store`): these may import each other and
    `resources`. Every other module below `root` may import neither, so that an area, or a file
    in it, is covered from the moment that it exists. Direct imports are looked at: what a pure
    module reaches through pure ones is pure as well.
    """

    type_name = "pure"

    root = fields.StringField()
    impure = fields.ListField(subfield=fields.StringField())
    resources = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - the library's signature
        """Find pure modules that import what is not."""
        root = cast("str", self.root)
        inside = sorted(m for m in graph.modules if m == root or m.startswith(f"{root}."))
        broken = [
            (module, imported)
            for module in inside
            if not self._is_impure(module)
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if self._is_impure(imported) or imported in cast("list[str]", self.resources)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that is one too many."""
        for module, imported in check.metadata["broken"]:
            output.print_error(f"{module} is pure by its name, and imports {imported}")

    def _is_impure(self, module: str) -> bool:
        return any(fnmatchcase(module, each) for each in cast("list[str]", self.impure))
