"""Asks the outside system now whether a linked account still opens, and brings its list of children up to date."""

from __future__ import annotations

from connectors.kit.calls import FORCED
from connectors.kit.errors import AuthExpired
from connectors.kit.ports import ProfilePort
from hub.deps import Deps
from hub.flows.keep_profile import check_profile
from hub.flows.link_account.credentials import linked
from hub.flows.link_account.seen import look_at_account, note_account
from hub.flows.refusals import Reason, Refused
from hub.flows.register_diary.confirming import look
from hub.flows.views.people.family import LinkState
from hub.store.connecting import registrations
from hub.store.connecting.registrations import Registration
from hub.store.diaries import diary_links
from hub.store.sessions import Visitor


async def check_link(deps: Deps, visitor: Visitor, link: str) -> LinkState:
    """`needs_login` when only the person can open it again; a system that is down is an error, not an answer.

    A registration that is confirmed by now becomes a link, whose id the answer names."""
    found = await deps.db.read(lambda: registrations.find(deps.keys, link, person=visitor.person, now=deps.now()))
    if found is not None:
        return await _registration(deps, visitor, found)
    opened = await deps.db.read(lambda: diary_links.opened(deps.keys, link))
    if opened is None or opened.link.person != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    port = deps.diaries.get(opened.link.system)
    provider = deps.sign_ins.get(opened.link.system)
    if port is None and not isinstance(provider, ProfilePort):
        raise Refused(Reason.UNKNOWN_SYSTEM)
    _not_too_often(deps, visitor, link)
    if isinstance(provider, ProfilePort):
        return await check_profile(deps, provider, opened)
    assert port is not None, "a diary, as it is no provider"
    FORCED.set(True)
    try:
        current, account = await look_at_account(deps, port, opened)
    except AuthExpired:
        return LinkState(id=link, state="needs_login")
    await deps.db.write(lambda: note_account(deps, current, account, now=deps.now()))
    return linked(link, account)


async def _registration(deps: Deps, visitor: Visitor, found: Registration) -> LinkState:
    _not_too_often(deps, visitor, found.id)
    async with deps.memory.locks.of(("code", found.id)):
        done = await look(deps, found)
    return LinkState(id=done.id, state=done.state)


def _not_too_often(deps: Deps, visitor: Visitor, link: str) -> None:
    key = (visitor.person, link, "check")
    if not deps.memory.forced_reads.take(key):
        raise Refused(Reason.TOO_MANY, after_s=deps.memory.forced_reads.wait_s(key))
