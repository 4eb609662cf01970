"""Load hypothesis before any workflow runs.

Its plugin would do so after the last test, when Python 3.11 cannot parse a module while the
collector takes down the coroutines of workflows ("AST constructor recursion depth mismatch").
"""

import hypothesis  # noqa: F401
