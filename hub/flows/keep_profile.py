"""The tokens of a profile at a provider that gives such: kept beside the link, tried, renewed under the link's lock, given back."""

from __future__ import annotations

import logging
from datetime import datetime

from connectors.kit.calls import FORCED
from connectors.kit.errors import AuthExpired, ConnectorError
from connectors.kit.ports import Access, Arrival, ProfilePort, SignInPort
from hub.deps import Deps
from hub.flows.renew_access import lost, renew
from hub.flows.views.people.family import LinkState
from hub.store.diaries import diary_links, link_access
from hub.store.diaries.diary_links import Opened
from identity.claims import Claims

log = logging.getLogger("hub.profiles")


async def ask_who(port: SignInPort, arrival: Arrival) -> tuple[Claims, Access | None]:
    """Who came back, and the tokens where the provider gives any that last."""
    if isinstance(port, ProfilePort):
        opened = await port.open(arrival)
        return opened.claims, opened.access
    return await port.finish(arrival), None


def keep_access(deps: Deps, access: Access | None, *, link: str | None, system: str, person: str, now: datetime) -> None:
    """Inside the unit that made or found the link; sealed, with the device_id or whatever else a refresh needs."""
    if access is not None and link is not None:
        diary_links.save(deps.keys, id_=link, system=system, person=person, access=access, now=now)


async def check_profile(deps: Deps, port: ProfilePort, opened: Opened) -> LinkState:
    """Asks the provider now; of many who ask at once one renews the tokens, for a refresh token is good once."""
    FORCED.set(True)
    link = opened.link.id
    try:
        opened = await _tried(deps, port, opened)
    except AuthExpired:
        return LinkState(id=link, state="needs_login")
    version = opened.version
    await deps.db.write(lambda: link_access.revive(link, version=version, now=deps.now()))
    return LinkState(id=link, state="active")


async def _tried(deps: Deps, port: ProfilePort, opened: Opened) -> Opened:
    try:
        await port.check(opened.access)
    except AuthExpired:
        opened = await renew(deps, port, opened)
        try:
            await port.check(opened.access)
        except AuthExpired:
            await lost(deps, port, opened)
            raise
    return opened


async def give_back(deps: Deps, opened: Opened | None) -> None:
    """After an unlink: the provider forgets what the person allowed. Ours are destroyed already, whatever it answers."""
    port = deps.sign_ins.get(opened.link.system) if opened else None
    if opened is None or not isinstance(port, ProfilePort):
        return
    try:
        try:
            await port.revoke(opened.access)
        except AuthExpired:
            await port.revoke(await port.refresh(opened.access))
    except ConnectorError as error:
        log.info("%s: the tokens of an unlinked profile could not be given back: %s", port.name, error.code)
