"""Those who wait for each other in one process, watched: who has joined, and who went together."""

from collections.abc import Hashable
from threading import Semaphore
from types import ModuleType
from typing import Any

import pytest

from app.queues import Queues, Waiting


class Watched(Queues[Any, Any]):
    """Queues that say when somebody has joined one."""

    def __init__(self, watched: Queues[Any, Any]) -> None:
        super().__init__(watched.weigh, watched.most)
        self.joined = Semaphore(0)
        self.groups: list[int] = []

    def join(self, key: Hashable, mine: Waiting[Any, Any]) -> None:
        super().join(key, mine)
        self.joined.release()

    def leave(self, key: Hashable, group: list[Waiting[Any, Any]]) -> None:
        self.groups.append(len(group))
        super().leave(key, group)


def watch(monkeypatch: pytest.MonkeyPatch, service: ModuleType) -> Watched:
    """Put watched queues in place of a service's own."""
    watched = Watched(service.queues)
    monkeypatch.setattr(service, "queues", watched)
    return watched
