"""Asks the outside system now whether a linked account still opens, and brings its list of children up to date."""

from __future__ import annotations

from connectors.kit.calls import FORCED
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.ports import DiaryAccount, DiaryPort, ProfilePort
from hub.deps import Deps
from hub.flows.keep_profile import check_profile
from hub.flows.link_account.children import bind_children, keep_children
from hub.flows.link_account.settle import check_account
from hub.flows.refusals import Reason, Refused
from hub.flows.renew_access import lost, renew
from hub.flows.views.family import LinkState
from hub.store.connecting import waiting
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Opened
from hub.store.sessions import Visitor
from identity.model import PersonId


async def check_link(deps: Deps, visitor: Visitor, link: str) -> LinkState:
    """`needs_login` when only the person can open it again; a system that is down is an error, not an answer."""
    opened = await deps.db.read(lambda: diary_links.opened(deps.keys, link))
    if opened is None or opened.link.person != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    port = deps.diaries.get(opened.link.system)
    provider = deps.sign_ins.get(opened.link.system)
    if port is None and not isinstance(provider, ProfilePort):
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if not deps.memory.forced_reads.take((visitor.person, link, "check")):
        raise Refused(Reason.TOO_MANY, after_s=deps.memory.forced_reads.wait_s((visitor.person, link, "check")))
    if isinstance(provider, ProfilePort):
        return await check_profile(deps, provider, opened)
    assert port is not None, "a diary, as it is no provider"
    FORCED.set(True)
    try:
        opened, account = await _account(deps, port, opened)
    except AuthExpired:
        return LinkState(id=link, state="needs_login")
    if opened.access.owner and account.subject != opened.access.owner:
        raise Drifted(port.name, "subject", "the account has another owner")
    check_account(port, account)
    now, version = deps.now(), opened.version

    def unit() -> None:
        diary_links.revive(link, version=version, now=now)
        waiting.set_waiting(link, account.waits_for.value if account.waits_for else None)
        before = {pupil.key: child for child, pupil in diary_links.pupils(deps.keys, link)}
        bound = bind_children(deps, port.name, account.children, PersonId(visitor.person), before=before, now=now)
        keep_children(deps, link, account.children, bound, now=now)

    await deps.db.write(unit)
    return LinkState(id=link, state="active")


async def _account(deps: Deps, port: DiaryPort, opened: Opened) -> tuple[Opened, DiaryAccount]:
    try:
        return opened, await port.account(opened.access)
    except AuthExpired:
        renewed = await renew(deps, port, opened)
    try:
        return renewed, await port.account(renewed.access)
    except AuthExpired:
        await lost(deps, port, renewed)
        raise
