"""A profile of VK ID or of a declared provider is bound to a person: the stored intent ends as bound, in review or refused (RULES A9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import ConnectorError
from connectors.kit.ports import Access, Arrival, SignInPort
from hub.deps import Deps
from hub.flows.keep_profile import ask_who, keep_access
from hub.flows.link_account.intents import exits
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.words import system_title
from hub.store import notices, sessions
from hub.store.connecting import intents
from hub.store.connecting.flow_records import Flow
from hub.store.connecting.intents import Intent, IntentState
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from identity.claims import Claims
from identity.linking.profiles import BindReason, BindState
from identity.model import LinkRole, LinkState, PersonId
from identity.store import drop_pending, links
from identity.store.accounts.profiles import BindIntent, BindOutcome, bind_profile

_STATES = {BindState.ACTIVE: IntentState.ACTIVE, BindState.REVIEW: IntentState.REVIEW, BindState.REFUSED: IntentState.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileBound:
    """`token` is the session's new one; None where another tab did the same before, and the browser has it from there."""

    intent: str
    token: str | None = field(repr=False)
    next_path: str


async def finish_profile(deps: Deps, port: SignInPort, visitor: Visitor | None, flow: Flow, arrival: Arrival) -> ProfileBound:
    """Asks the provider whose profile it is, and binds it in one unit; whatever becomes of it, the intent tells."""
    now = deps.now()
    intent = await deps.db.read(lambda: intents.find(flow.intent or "", now=now))
    if intent is None or intent.state is not IntentState.STARTED:
        raise Refused(Reason.FLOW_EXPIRED)
    who = await _initiator(deps, visitor, flow, intent)
    SIGNING_IN.set(True)
    try:
        claims, access = await ask_who(port, arrival)
    except ConnectorError as error:
        failed = error.code
        await deps.db.write(lambda: intents.settle(intent.id, state=IntentState.FAILED, reason=failed))
        raise
    now = deps.now()
    outcome, token = await deps.db.write(lambda: _bind(deps, claims, access, intent, who, flow, now=now))
    forget(deps, session=flow.session, person=outcome.moved_from)
    if outcome.state is not BindState.ACTIVE:
        # Whoever came back instead of the one who asked learns nothing of whose profile it was to be.
        whose = "" if outcome.reason is BindReason.INITIATOR_MISMATCH else intent.person
        raise Refused(
            Reason(str(outcome.reason)),
            more={"state": outcome.state.value, "intent": intent.id, "exits": exits(intent.system, whose)},
        )
    return ProfileBound(intent=intent.id, token=token, next_path=flow.next_path)


async def _initiator(deps: Deps, visitor: Visitor | None, flow: Flow, intent: Intent) -> PersonId | None:
    """Who came back. A tab that left with the token of before another tab's link is known by its browser and its open session."""
    if visitor is not None:
        return PersonId(visitor.person)
    now = deps.now()
    open_ = await deps.db.read(lambda: sessions.living(intent.initiator, now=now))
    return PersonId(intent.initiator) if flow.session in {one.id for one in open_} else None


def _bind(
    deps: Deps, claims: Claims, access: Access | None, intent: Intent, who: PersonId | None, flow: Flow, *, now: datetime
) -> tuple[BindOutcome, str | None]:
    target = PersonId(intent.person)
    before = links.find(deps.keys, claims.system, claims.tenant, claims.subject)
    wish = BindIntent(initiator=PersonId(intent.initiator), person=target, role=LinkRole(intent.role))
    outcome = bind_profile(deps.keys, claims, wish, session_person=who, now=now)
    intents.settle(
        intent.id,
        state=_STATES[outcome.state],
        reason=outcome.reason.value if outcome.reason else None,
        link=outcome.link.id if outcome.link else None,
    )
    if outcome.state is BindState.ACTIVE and outcome.link is not None:
        keep_access(deps, access, link=outcome.link.id, system=claims.system, person=intent.initiator, now=now)
        # The profile may have had a weak person of its own, who ends: whoever bound it looks after it now.
        diary_links.hand_over(outcome.link.id, intent.initiator)
    if outcome.moved_from is not None:
        sessions.end_all(outcome.moved_from, now=now)
    for link in outcome.suspended:
        diary_copies.forget(link.id)
        diary_links.remove(link.id)
        text = f"Подключение «{system_title(deps, link.system)}» пришло вместе с этим входом и приостановлено. Верните его новым входом."
        notices.tell(deps.keys, person=target, kind="link_suspended", text=text, href="/family/sign-ins", now=now)
    repeated = before is not None and before.state is LinkState.ACTIVE and before.person == target
    if outcome.state is not BindState.ACTIVE or repeated or flow.session is None:
        return outcome, None
    drop_pending(target)  # a change begun before another sign-in came is not confirmed after it
    return outcome, sessions.rotate(deps.keys, flow.session, now=now)
