"""Which file of tests runs next, and in which of the processes that share them."""

from xdist.scheduler.loadfile import LoadFileScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

STORIES = ("tests/e2e/", "tests/stack/")
LONG = {"tests/stack/test_up.py"}


class StoriesBesideTheRest(LoadFileScheduling):  # type: ignore[misc]
    """The first process begins with the stories of whole stacks, the others with all the rest.

    Stories wait a lot: for processes to start, for timers, for a browser. Side by side they leave
    the cores idle, and one that comes last leaves the others without work. A file with few of them
    is a long one, so it comes first, as does one that is long for another reason.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        # What a process had done that died comes back as well: it would keep another one waiting.
        for done in [each for each, tests in self.workqueue.items() if all(tests.values())]:
            del self.workqueue[done]
        if not self.workqueue:
            node.shutdown()
            return
        stories = [each for each in self.workqueue if each.startswith(STORIES)]
        rest = [each for each in self.workqueue if not each.startswith(STORIES)]
        stories.sort(key=lambda each: (each not in LONG, len(self.workqueue[each])))
        chosen = (*stories, *rest) if node.gateway.id == "gw0" else (*rest, *stories)
        self.workqueue.move_to_end(chosen[0], last=False)
        super()._assign_work_unit(node)
