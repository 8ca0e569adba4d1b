"""The worker looks again, at a polite pace: whether a letter was confirmed, the school approved, or another child came (RULES A15)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from connectors.kit.errors import AuthExpired, ConnectorError, RateLimited
from connectors.kit.ports import DiaryPort
from hub.deps import Deps
from hub.flows.link_account.seen import look_at_account, note_account
from hub.flows.poll_diaries import pace
from hub.flows.refusals import Refused
from hub.flows.register_diary.confirming import look
from hub.flows.register_diary.opening import REFUSED
from hub.flows.words import system_title
from hub.store import notices
from hub.store.connecting import registrations, waiting
from hub.store.connecting.registrations import Registration
from hub.store.diaries import diary_links, polls

log = logging.getLogger("hub.watching")

NEVER = timedelta(days=365)
A_ROUND = 2
"""So many accounts of one system are looked at in one round: a few calls every twenty seconds."""


@dataclass(slots=True)
class Watching:
    """The job of the process that holds the lease; a batch only begins looks, so that no slow system holds up the other jobs."""

    deps: Deps

    async def batch(self) -> bool:
        deps = self.deps
        now = deps.now()
        pauses = await deps.db.read(lambda: polls.pauses(now=now))
        for system, port in deps.diaries.items():
            states = {caller.breaker.state for caller in deps.callers.values() if caller.system == system}
            if system not in pauses and "open" not in states:
                await self._begin(port)
        return False

    async def _begin(self, port: DiaryPort) -> None:
        deps, now = self.deps, self.deps.now()
        letters = await deps.db.read(lambda: registrations.due(now=now, system=port.name, limit=A_ROUND))
        links = await deps.db.read(
            # What somebody waits for is looked at in any case; the daily look is background reading, which the settings may forbid.
            lambda: waiting.due(
                now=now,
                seen_since=now - pace.SEEN_WITHIN if deps.settings.polls else now + NEVER,
                system=port.name,
                limit=A_ROUND - len(letters),
            )
        )
        for letter in letters:
            self._launch(port, letter, partial(self._letter, letter))
        for link in links:
            self._launch(port, link, partial(self._link, port, link))

    def _launch(self, port: DiaryPort, one: str, act: Callable[[], Awaitable[None]]) -> None:
        key = ("look", one)
        if key in self.deps.memory.polled:
            return
        task = asyncio.create_task(self._tried(port, act), name="background look")
        self.deps.memory.polled[key] = task
        task.add_done_callback(lambda done: self._landed(port, key, done))

    def _landed(self, port: DiaryPort, key: object, task: asyncio.Task[None]) -> None:
        del self.deps.memory.polled[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a look at an account of %s failed", port.name, exc_info=error)

    async def _tried(self, port: DiaryPort, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except RateLimited as error:
            until, reason = self.deps.now() + pace.wait_for(error.after_s), error.code
            await self.deps.db.write(lambda: polls.pause(port.name, until=until, reason=reason))
        except ConnectorError as error:
            # The next look is planned already; whoever opens the page sees the error itself.
            log.info("%s: a look at an account: %s", port.name, error.code)

    async def _link(self, port: DiaryPort, link: str) -> None:
        deps = self.deps

        def plan() -> diary_links.Opened | None:
            waiting.looked(link, now=deps.now())
            return diary_links.opened(deps.keys, link)

        opened = await deps.db.write(plan)
        if opened is None:
            return
        try:
            current, account = await look_at_account(deps, port, opened)
        except AuthExpired:
            return  # the owner was told by the renewal that failed
        await deps.db.write(lambda: note_account(deps, current, account, now=deps.now()))

    async def _letter(self, registration: str) -> None:
        deps = self.deps
        found = await deps.db.read(lambda: registrations.find(deps.keys, registration, now=deps.now()))
        if found is None:
            await self._expired(registration)
            return
        async with deps.memory.locks.of(("code", registration)):
            try:
                done = await look(deps, found)
            except (Refused, *REFUSED):
                # It is over another way: another's account, a login that the person has to use; the page of connecting says which.
                await self._tell(
                    found, "registration_over", "{title}: регистрация не закончилась входом. Подключите дневник со своим паролем."
                )
                await deps.db.write(lambda: registrations.end(registration))
                return
        if done.id != registration:
            await self._tell(found, "diary_opened", "{title}: почта подтверждена, дневник открылся.", href=f"/connect/done/{done.id}")

    async def _expired(self, registration: str) -> None:
        """Told once, to its owner, by whoever ends it."""
        deps, now = self.deps, self.deps.now()

        def unit() -> Registration | None:
            late = registrations.find(deps.keys, registration, now=now - timedelta(days=365))
            return late if late is not None and registrations.end(registration) else None

        late = await deps.db.write(unit)
        if late is not None:
            await self._tell(late, "registration_over", "{title}: почту не подтвердили вовремя. Начните регистрацию заново.")

    async def _tell(self, one: Registration, kind: str, text: str, *, href: str = "") -> None:
        deps = self.deps
        said = text.format(title=system_title(deps, one.system))
        await deps.db.write(
            lambda: notices.tell_once(
                deps.keys, about=one.id, person=one.person, kind=kind, text=said, href=href or f"/connect/{one.system}", now=deps.now()
            )
        )
