"""What an account shows now, kept: its children, what it still waits for; the owner hears of what came (RULES A15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.ports import DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.link_account.children import bind_children, keep_children
from hub.flows.link_account.settle import check_account
from hub.flows.renew_access import lost, renew
from hub.flows.words import system_title
from hub.store import notices
from hub.store.connecting import waiting
from hub.store.diaries import diary_links, link_access
from hub.store.diaries.diary_links import Opened
from identity.linking import Bound
from identity.model import PersonId
from identity.store import children_of


async def look_at_account(deps: Deps, port: DiaryPort, opened: Opened) -> tuple[Opened, DiaryAccount]:
    """Asks outside, with a renewed access where that is needed. Raises `AuthExpired` when only the person can open it again."""
    try:
        account = await port.account(opened.access)
    except AuthExpired:
        opened = await renew(deps, port, opened)
        try:
            account = await port.account(opened.access)
        except AuthExpired:
            await lost(deps, port, opened)
            raise
    if opened.access.owner and account.subject != opened.access.owner:
        raise Drifted(port.name, "subject", "the account has another owner")
    check_account(port, account)
    return opened, account


def note_account(deps: Deps, opened: Opened, account: DiaryAccount, *, now: datetime) -> None:
    """In the caller's unit. A child that was not there before is told of once, and so is a diary that opened after a waiting.

    What `account` remembered of its children goes with the next reads, so the access is kept anew where that changed."""
    link, owner = opened.link, PersonId(opened.link.person)
    if diary_links.find(link.id) is None:
        return
    before = {pupil.key: child for child, pupil in diary_links.pupils(deps.keys, link.id)}
    lacked = waiting.waiting_of(owner).get(link.id)
    if account.access.extra != opened.access.extra:
        link_access.refreshed(deps.keys, link.id, account.access, version=opened.version, now=now)
    else:
        link_access.revive(link.id, version=opened.version, now=now)
    waiting.set_waiting(link.id, account.waits_for.value if account.waits_for else None, now=now)
    bound = bind_children(deps, link.system, account.children, owner, before=before, now=now)
    keep_children(deps, link.id, account.children, bound, now=now)
    _tell(deps, opened, [child for child in account.children if child.key not in before], bound, opening=lacked is not None, now=now)


def _tell(deps: Deps, opened: Opened, fresh: Sequence[DiaryChild], bound: Sequence[Bound], *, opening: bool, now: datetime) -> None:
    """Nothing of a child whom the owner must not see (RULES A5a)."""
    owner, title = PersonId(opened.link.person), system_title(deps, opened.link.system)
    seen = {view.person.id for view in children_of(deps.keys, owner, now=now)}
    who = {one.key: one.child for one in bound}
    for child in fresh:
        found = who.get(child.key)
        if found is not None and found not in seen:
            continue
        name = f": {child.first_name}" if child.first_name else ""
        text = f"{title}: дневник открылся{name}." if opening else f"{title}: в вашем дневнике появился ещё один ребёнок{name}."
        notices.tell_once(
            deps.keys,
            about=f"{opened.link.id} {child.key}",
            person=owner,
            kind="diary_opened" if opening else "diary_new_child",
            text=text,
            href=f"/connect/done/{opened.link.id}",
            now=now,
        )
