"""Back from the other account: whose record it opens, or why that proves nothing. It opens no session and changes no record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import ConnectorError
from connectors.kit.ports import Arrival, SignInPort
from hub.deps import Deps
from hub.flows.join_records.ask import MERGER
from hub.flows.join_records.faults import NO_RECORD, SNILS_CHANGED, SUSPENDED
from hub.flows.keep_profile import ask_who
from hub.flows.refusals import Reason, Refused
from hub.store.connecting.flow_records import Flow
from hub.store.sessions import Visitor
from hub.store.wishes import mergers
from hub.store.wishes.mergers import Wish, WishState
from identity.claims import Claims
from identity.linking import is_fresh
from identity.linking.merging import MergeFault
from identity.model import LinkState, LinkUse, PersonState
from identity.store import links, person


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The page of the wish says what became of it. The session stays as it is."""

    next_path: str
    token: None = None


def is_merger(flow: Flow) -> bool:
    return flow.intent is not None and flow.intent.startswith(MERGER)


async def finish_proof(deps: Deps, port: SignInPort, visitor: Visitor | None, flow: Flow, arrival: Arrival) -> Proven:
    """Asks the provider who came back, and notes it for the preview."""
    now, id_ = deps.now(), (flow.intent or "").removeprefix(MERGER)
    wish = await deps.db.read(lambda: mergers.find(id_, now=now))
    if wish is None or wish.state is not WishState.STARTED:
        raise Refused(Reason.FLOW_EXPIRED)
    if visitor is None or visitor.person != wish.initiator:
        await deps.db.write(lambda: mergers.refuse(id_, Reason.INITIATOR_MISMATCH.value))
        raise Refused(Reason.INITIATOR_MISMATCH)
    SIGNING_IN.set(True)
    try:
        claims, _ = await ask_who(port, arrival)
    except ConnectorError as error:
        code = error.code
        await deps.db.write(lambda: mergers.refuse(id_, code))
        raise
    now = deps.now()
    await deps.db.write(lambda: _note(deps, wish, claims, now=now))
    return Proven(next_path=flow.next_path)


def _note(deps: Deps, wish: Wish, claims: Claims, *, now: datetime) -> None:
    found = links.find(deps.keys, claims.system, claims.tenant, claims.subject)
    other = person(deps.keys, found.person) if found is not None and found.use is LinkUse.SIGN_IN else None
    if found is None or other is None or other.state is not PersonState.ACTIVE:
        mergers.refuse(wish.id, NO_RECORD)
    elif other.id == wish.initiator:
        mergers.refuse(wish.id, MergeFault.SAME_PERSON.value)
    elif found.state is not LinkState.ACTIVE:
        mergers.refuse(wish.id, SUSPENDED)
    elif None not in (claims.snils, other.snils) and claims.snils != other.snils:
        mergers.refuse(wish.id, SNILS_CHANGED)
    elif not is_fresh(claims.auth_time, now):
        mergers.refuse(wish.id, MergeFault.NOT_FRESH.value)
    else:
        mergers.prove(wish.id, other.id, at=claims.auth_time, now=now)
