"""The worker's part: changes followed, bots heard, and due chats looked at, a few at a time beside the other jobs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from connectors.kit.class_chat import BotPort
from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.flows.class_chats.bots import OFTEN, SELDOM, hear
from hub.flows.class_chats.following import follow_changes
from hub.flows.class_chats.reconcile import look_at
from hub.store.school.chats import carriers, codes, rooms

log = logging.getLogger("hub.chats")

AT_ONCE = 4
"""Chats looked at beside each other; each waits for its turn under its own account's limits."""


@dataclass(slots=True)
class Chats:
    """The job of the process that holds the lease; a batch only begins looks, so that no slow messenger holds up the other jobs."""

    deps: Deps

    async def batch(self) -> bool:
        deps = self.deps
        if not deps.chats:
            return False
        more = await follow_changes(deps)
        await self._hear()
        await self._look()
        return more

    async def _look(self) -> None:
        deps, now = self.deps, self.deps.now()
        free = AT_ONCE - sum(isinstance(key, tuple) and key[0] == "chat" for key in deps.memory.polled)
        if free <= 0 or not await deps.db.read(lambda: rooms.any_due(now=now)):
            return
        for room in await deps.db.write(lambda: rooms.due(deps.keys, now=now, limit=free)):
            self._launch(("chat", room.id), partial(look_at, deps, room.id))

    async def _hear(self) -> None:
        """Bots are asked while somebody waits for one, and otherwise now and then."""
        deps = self.deps
        bots = [name for name, port in deps.chats.items() if isinstance(port, BotPort)]
        if not bots:
            return
        now = deps.now()

        def unit() -> Sequence[str]:
            every = OFTEN if codes.waiting(now=now) else SELDOM
            return carriers.to_hear(bots, before=now - every, now=now)

        for card in await deps.db.read(unit):
            self._launch(("bot", card), partial(_heard, deps, card))

    def _launch(self, key: tuple[str, str], act: Callable[[], Awaitable[None]]) -> None:
        if key in self.deps.memory.polled:
            return
        task = asyncio.create_task(_quietly(act), name="chat")
        self.deps.memory.polled[key] = task
        task.add_done_callback(lambda done: self._landed(key, done))

    def _landed(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        del self.deps.memory.polled[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a look at a chat failed", exc_info=error)


async def _heard(deps: Deps, card: str) -> None:
    await hear(deps, card)


async def _quietly(act: Callable[[], Awaitable[None]]) -> None:
    """A messenger that does not answer is no news for the log: the next look tries again."""
    try:
        await act()
    except ConnectorError as error:
        log.info("a messenger was not heard: %s", error.code)
