"""The stack with workers that die on plan: `python -m tests.e2e.mortal_services`."""

import sys

from deploy.stack import services, up
from deploy.stack.settings import StackSettings

_python = services._python  # noqa: SLF001 - only the module of the workers is another


def _mortal(module: str, *arguments: str) -> tuple[str, ...]:
    return _python("tests.e2e.mortal_worker" if module == "worker" else module, *arguments)


if __name__ == "__main__":
    services._python = _mortal  # noqa: SLF001
    sys.exit(up.run(StackSettings.from_environment()))
