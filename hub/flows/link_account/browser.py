"""Connecting in the browser: away to the diary's own sign-in page and back, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import ConnectorError
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import Arrival, DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.link_account.intents import exits, port_of, start_intent
from hub.flows.link_account.settle import Purpose, check_account, settle_link
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused, accepted
from hub.store import sessions
from hub.store.connecting import flow_records, intents
from hub.store.connecting.flow_records import Flow, Wrong
from hub.store.connecting.intents import Intent, IntentState
from hub.store.sessions import Visitor
from identity.errors import AlreadyLinked
from identity.model import LinkRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """`token` is the session's new one: its id changes at each link."""

    link: str
    intent: str
    token: str = field(repr=False)
    next_path: str


async def begin_in_browser(deps: Deps, visitor: Visitor, system: str, *, browser: str, next_path: str) -> str:
    """For `/auth/<system>/start`: the account of whoever signs in there, parent or pupil."""
    started = await start_intent(deps, visitor, system, person=None, role=None, browser=browser, next_path=next_path)
    return started.authorize_url


async def finish_in_browser(deps: Deps, visitor: Visitor | None, system: str, params: Mapping[str, str], *, browser: str | None) -> Linked:
    """Takes the flow for its single use, opens the account, links it. The intent keeps what happened."""
    port = port_of(deps, system, LoginKind.BROWSER)
    state, now = params.get("state", ""), deps.now()
    if not state or browser is None:
        raise Refused(Reason.FLOW_UNKNOWN if not state else Reason.FLOW_FOREIGN)

    def take() -> tuple[Flow | Wrong, Intent | None]:
        taken = flow_records.take(deps.keys, state=state, browser=browser, system=system, now=now)
        return taken, None if isinstance(taken, Wrong) else intents.find(taken.intent or "", now=now)

    taken, intent = await deps.db.write(take)
    flow = accepted(taken)
    if intent is None or intent.state is not IntentState.STARTED:
        raise Refused(Reason.FLOW_EXPIRED)
    if visitor is None or visitor.person != intent.initiator:
        await _settle(deps, intent, IntentState.REFUSED, Reason.INITIATOR_MISMATCH.value)
        raise Refused(Reason.INITIATOR_MISMATCH)
    account = await _open(deps, port, intent, Arrival(params=params, keep=flow.keep, state=state, redirect_uri=flow.redirect_uri))
    return await _link(deps, port, visitor, intent, flow, account)


async def _open(deps: Deps, port: DiaryPort, intent: Intent, arrival: Arrival) -> DiaryAccount:
    SIGNING_IN.set(True)
    try:
        account = await port.finish(arrival)
        check_account(port, account)
    except ConnectorError as error:
        await _settle(deps, intent, IntentState.FAILED, error.code)
        raise
    return account


async def _link(deps: Deps, port: DiaryPort, visitor: Visitor, intent: Intent, flow: Flow, account: DiaryAccount) -> Linked:
    now = deps.now()
    whose = intent.person if intent.person != intent.initiator or intent.role == LinkRole.CHILD.value else None
    purpose = Purpose(initiator=intent.initiator, person=whose, role=LinkRole(intent.role) if intent.role else None)

    def unit() -> tuple[str, str]:
        link = settle_link(deps, port, account, purpose, now=now)
        intents.settle(intent.id, state=IntentState.ACTIVE, link=link)
        token = sessions.rotate(deps.keys, visitor.session, now=now)
        if token is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        return link, token

    try:
        link, token = await deps.db.write(unit)
    except AlreadyLinked as error:
        await _settle(deps, intent, IntentState.REFUSED, error.code)
        raise Refused(Reason.ALREADY_BOUND, more={"exits": exits(port.name)}) from error
    except Refused as error:
        await _settle(deps, intent, IntentState.REFUSED, error.reason.value)
        raise
    forget(deps, session=visitor.session)
    return Linked(link=link, intent=intent.id, token=token, next_path=flow.next_path)


async def _settle(deps: Deps, intent: Intent, state: IntentState, reason: str) -> None:
    await deps.db.write(lambda: intents.settle(intent.id, state=state, reason=reason))
