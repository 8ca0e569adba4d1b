"""A signed-in person says that another account here is also theirs, and leaves to sign in there."""

from __future__ import annotations

import uuid

from connectors.kit.ports import AskingAnew
from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.sign_in_again import leave_first
from hub.flows.words import title_of
from hub.store.connecting import flow_records
from hub.store.sessions import Visitor
from hub.store.wishes import mergers
from hub.store.wishes.mergers import WishState

MERGER = "merger:"
"""Begins the `intent` of a flow that proves the other side of a merger."""


def tells_when(deps: Deps, system: str) -> bool:
    """Whether this provider can prove that its owner signed in just now; without that there is no merger (RULES A16)."""
    return isinstance(deps.sign_ins.get(system), AskingAnew) or leave_first(deps, system) is not None


async def ask(deps: Deps, visitor: Visitor, system: str) -> str:
    """Stores the wish; its id."""
    if system not in deps.sign_ins:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if not tells_when(deps, system):
        title = title_of(deps.sign_ins, system)
        raise Refused(
            Reason.MALFORMED, f"{title} не сообщает, когда вы вошли. Подключите этот вход кнопкой «Подключить» в разделе «Мои входы»."
        )
    require_fresh(deps, visitor.auth_time)
    now = deps.now()
    return await deps.db.write(lambda: mergers.add(system=system, initiator=visitor.person, session=visitor.session, now=now))


async def depart(deps: Deps, visitor: Visitor, wish: str, *, browser: str) -> str:
    """The address of the other account's sign-in; only for who asked, and while the wish is open."""
    now = deps.now()
    found = await deps.db.read(lambda: mergers.find(wish, now=now))
    if found is None or found.initiator != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    port = deps.sign_ins.get(found.system)
    if port is None or found.state is not WishState.STARTED:
        raise Refused(Reason.FLOW_EXPIRED)
    state = str(uuid.uuid4())
    redirect_uri = f"{deps.settings.public_url}/auth/{found.system}/return"
    leave = port.begin_anew if isinstance(port, AskingAnew) else port.begin
    departure = await leave(state=state, redirect_uri=redirect_uri)
    await deps.db.write(
        lambda: flow_records.remember(
            deps.keys,
            state=state,
            browser=browser,
            system=found.system,
            keep=departure.keep,
            redirect_uri=redirect_uri,
            next_path=f"/family/merge/{wish}",
            now=now,
            intent=f"{MERGER}{wish}",
            session=visitor.session,
        )
    )
    return departure.url
