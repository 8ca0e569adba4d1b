"""A dead access is renewed once, by one process; where that fails the link needs a sign-in and the parent is told once (RULES C6)."""

from __future__ import annotations

import asyncio

from connectors.kit.errors import AuthExpired, Drifted, Rejected, TimedOut
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort, ProfilePort
from hub.deps import Deps
from hub.store import notices
from hub.store.diaries import diary_links, link_access
from hub.store.diaries.diary_links import LinkState, Opened

Port = DiaryPort | ProfilePort
OTHERS_POLL_S = 0.1
OTHERS_WAIT_S = 10.0


async def renew(deps: Deps, port: Port, opened: Opened) -> Opened:
    """A newer access than `opened`. Raises `AuthExpired` when only the person can open the account again."""
    link = opened.link.id
    async with deps.memory.locks.of(("renew", link)):
        current = await _reload(deps, link, port.name)
        if current.version != opened.version:
            return current
        if opened.link.state is LinkState.ACTIVE and current.link.state is LinkState.NEEDS_LOGIN:
            # Another reader of the same dead access was refused meanwhile; a second try would be one wrong password more.
            raise AuthExpired(port.name, "refused a moment ago")
        now, state = deps.now(), opened.link.state
        if not await deps.db.write(lambda: link_access.claim_refresh(link, version=opened.version, state=state, now=now)):
            return await _await_other(deps, port, opened)
        done = False
        try:
            access = await port.refresh(opened.access)
            if opened.access.owner and access.owner and access.owner != opened.access.owner:
                raise Drifted(port.name, "owner", "another account after a refresh")
            done = await deps.db.write(lambda: link_access.refreshed(deps.keys, link, access, version=opened.version, now=deps.now()))
        except (AuthExpired, Rejected) as error:
            if isinstance(error, Rejected) and not opened.access.credentials:
                raise
            # A refused password, whatever the system calls it, must not be tried again by itself.
            await lost(deps, port, opened)
            raise AuthExpired(port.name, "refused", text=error.text) from error
        finally:
            if not done:
                await deps.db.write(lambda: link_access.release_refresh(link, version=opened.version))
        return await _reload(deps, link, port.name)


async def lost(deps: Deps, port: Port, opened: Opened) -> None:
    """The access is dead: the link says so, and its owner is told, once."""
    now, link = deps.now(), opened.link
    title = port.manifest.instance(port.name).title
    kept, href = "Подключённый профиль сейчас закрыт для нас; войдите в него снова.", "/family"
    if isinstance(port, DiaryPort):
        kept = "Показываем то, что успели прочитать; войдите, чтобы видеть новое."
        href = f"/auth/{link.system}/start?next=/family" if LoginKind.BROWSER in port.manifest.logins else f"/connect/{link.system}"

    def unit() -> None:
        if link_access.expire(deps.keys, link.id, version=opened.version, now=now):
            notices.tell(
                deps.keys,
                person=link.person,
                kind="diary_needs_login",
                text=f"{title} просит войти ещё раз. {kept}",
                href=href,
                now=now,
            )

    await deps.db.write(unit)


async def _reload(deps: Deps, link: str, system: str) -> Opened:
    found = await deps.db.read(lambda: diary_links.opened(deps.keys, link))
    if found is None:
        raise AuthExpired(system, "the link was removed")
    return found


async def _await_other(deps: Deps, port: Port, opened: Opened) -> Opened:
    """Another process refreshes this very access; its result is ours."""
    waited = 0.0
    while waited < OTHERS_WAIT_S:
        await asyncio.sleep(OTHERS_POLL_S)
        waited += OTHERS_POLL_S
        current = await _reload(deps, opened.link.id, port.name)
        if current.version != opened.version:
            return current
        if current.link.state is diary_links.LinkState.NEEDS_LOGIN:
            raise AuthExpired(port.name, "refused while another process asked")
    raise TimedOut(port.name, "another process is renewing the access")
