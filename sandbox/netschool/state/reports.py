"""Reports in the queue: asked for over HTTP, started and awaited over the hub, fetched once as a file."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

KEPT: Final = 500


@dataclass(slots=True, kw_only=True)
class Task:
    """`selected` are the filters by id; `file` is the finished report's key."""

    id: int
    queue_key: str
    report: str
    person: str
    selected: dict[str, str]
    file: str | None = None


@dataclass(slots=True, kw_only=True)
class Connection:
    """A client that polls instead of holding a socket; `waiting` are the frames that it has not fetched."""

    person: str
    waiting: list[dict[str, Any]] = field(default_factory=list)
    is_greeted: bool = False


class Queue:
    """Bounded: the oldest tasks and files are dropped."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[int, Task] = OrderedDict()
        self._files: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self.connections: OrderedDict[str, Connection] = OrderedDict()
        self._last = 70_000

    def reset(self) -> None:
        self._tasks.clear()
        self._files.clear()
        self.connections.clear()

    def add(self, report: str, person: str, selected: dict[str, str]) -> Task:
        self._last += 1
        made = Task(id=self._last, queue_key=secrets.token_hex(8), report=report, person=person, selected=selected)
        self._tasks[made.id] = made
        while len(self._tasks) > KEPT:
            self._tasks.popitem(last=False)
        return made

    def task(self, number: Any, person: str) -> Task | None:
        found = self._tasks.get(number) if isinstance(number, int) else None
        return found if found is not None and found.person == person else None

    def finish(self, task: Task, page: str) -> str:
        task.file = secrets.token_hex(16)
        self._files[task.file] = (task.person, page)
        while len(self._files) > KEPT:
            self._files.popitem(last=False)
        return task.file

    def file(self, key: str, person: str) -> str | None:
        owner, page = self._files.get(key, ("", ""))
        return page if owner == person else None

    def connect(self, person: str) -> str:
        key = secrets.token_urlsafe(16)
        self.connections[key] = Connection(person=person)
        while len(self.connections) > KEPT:
            self.connections.popitem(last=False)
        return key
