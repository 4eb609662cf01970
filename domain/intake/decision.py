"""What is decided stays decided."""

from domain.errors import Conflict


class AlreadyProcessed(Conflict):
    """The inbox item is confirmed or rejected."""

    def __init__(self) -> None:
        super().__init__("The document is confirmed or rejected.")


class AlreadyApproved(Conflict):
    """The review case is approved."""

    def __init__(self) -> None:
        super().__init__("The case is approved.")


class AlreadyRejected(Conflict):
    """The review case is rejected."""

    def __init__(self) -> None:
        super().__init__("The case is rejected.")
