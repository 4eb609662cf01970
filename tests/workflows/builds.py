"""A process in two builds: what the newer one does in a new way, the older one does not know."""

from datetime import timedelta

from temporalio import activity, workflow

NAME = "Rebuilt"
_SECONDS = timedelta(seconds=10)


class Notes:
    """What the steps of the process have done, whoever ran them."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.checked: list[str] = []

    @activity.defn(name="rebuilt.check")
    def check(self, word: str) -> None:
        """Check a word, which only the newer build does."""
        self.checked.append(word)

    @activity.defn(name="rebuilt.write")
    def write(self, word: str) -> int:
        """Write a word down once, as the key of an order does; how many there are."""
        if word not in self.written:
            self.written.append(word)
        return len(self.written)


@workflow.defn(name=NAME)
class Older:
    """As it was."""

    @workflow.run
    async def run(self) -> None:
        """Wait for orders."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def order(self, word: str) -> int:
        """Write a word down."""
        return await _written(word)


@workflow.defn(name=NAME)
class Newer:
    """As it is now: behind `patched`, as every change."""

    @workflow.run
    async def run(self) -> None:
        """Wait for orders."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def order(self, word: str) -> int:
        """Check a word, then write it down."""
        if workflow.patched("checks-first"):
            await workflow.execute_local_activity(
                "rebuilt.check", word, start_to_close_timeout=_SECONDS
            )
        return await _written(word)


async def _written(word: str) -> int:
    count: int = await workflow.execute_local_activity(
        "rebuilt.write", word, result_type=int, start_to_close_timeout=_SECONDS
    )
    return count
