"""One question or act at a linked diary beyond reading it: a dead access is renewed once, and no transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from connectors.kit.calls import FORCED
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AuthExpired, NotFound
from connectors.kit.ports import Access, DiaryPort
from hub.deps import Deps
from hub.flows.renew_access import lost, renew
from hub.store.diaries import diary_links, link_access
from hub.store.diaries.diary_links import LinkState, Opened

T = TypeVar("T")
Turn = Callable[[Access, DiaryChild], Awaitable[T]]


async def reach(deps: Deps, port: DiaryPort, link: str, child: str, turn: Turn[T]) -> T:
    """What `turn` answers. Whether this person may ask is the caller's to know; errors are the eight.

    `AuthExpired` says that nothing was done, so after a renewal an act is tried again too."""

    def start() -> tuple[Opened | None, DiaryChild | None]:
        return diary_links.opened(deps.keys, link), diary_links.pupil(deps.keys, link, child)

    opened, pupil = await deps.db.read(start)
    if opened is None or pupil is None:
        raise NotFound(port.name, "the link was removed")
    access = opened.access
    if (access.refresh or access.credentials) and access.expires_at and access.expires_at <= deps.now():
        opened = await renew(deps, port, opened)
    try:
        answer = await turn(opened.access, pupil)
    except AuthExpired:
        opened = await renew(deps, port, opened)
        try:
            answer = await turn(opened.access, pupil)
        except AuthExpired:
            await lost(deps, port, opened)
            raise
    if opened.link.state is not LinkState.ACTIVE:
        version, now = opened.version, deps.now()
        await deps.db.write(lambda: link_access.revive(link, version=version, now=now))
    return answer


async def live(asked: Awaitable[T]) -> T:
    """A person waits: as the diary's own pages, within the time of a live question (API.md)."""
    token = FORCED.set(True)
    try:
        return await asked
    finally:
        FORCED.reset(token)
