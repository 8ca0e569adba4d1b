"""What this person was told and not told of the children, with the reason; the own decisions, never another guardian's (RULES F1)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from hub.flows.notices.kinds import Kind
from hub.flows.notices.log import items_of
from hub.flows.notices.words import CHANNELS, KINDS
from hub.flows.timeline.merging import Found
from hub.flows.timeline.scope import Scope
from hub.flows.views.people.joint import JointItem, JointSource
from hub.store.outbox import log
from hub.store.outbox.log import DecisionCard

SAID = {"sent": "отправлено", "delayed": "придёт утром", "pending": "отправляем", "not_sent": "не отправлено"}
"""The best that became of it on any channel, in this order."""


def notice_items(scope: Scope, *, end: datetime, fetch: int) -> Found:
    """In the caller's unit: one item a happening, whatever the channels."""
    cards = log.between(scope.visitor.person, list(scope.children), start=scope.start, end=end, limit=fetch)
    items = [_item(scope, card) for card in cards]
    return Found(items=items, whole=len(cards) < fetch, oldest=cards[-1].at if cards else None)


def _item(scope: Scope, card: DecisionCard) -> JointItem:
    ways = items_of(card)
    decision = next((word for word in SAID if any(one.decision == word for one in ways)), "not_sent")
    named = ", ".join(CHANNELS[one.channel] for one in ways if one.decision == decision != "not_sent")
    why = next((one.text for one in ways if one.decision == "not_sent" and one.rule != "channel_off"), "") if decision == "not_sent" else ""
    return JointItem(
        id=f"notice:{card.id}",
        kind="notice",
        child=card.child,
        first_name=scope.children[card.child].first_name,
        at=card.at,
        precision="instant",
        zone=scope.zone_of(card.child),
        title=f"Уведомление «{KINDS[Kind(card.kind)].lower()}»",
        text=": ".join(part for part in (SAID[decision], named or why) if part),
        source=JointSource(system="hub", title="Журнал уведомлений", id=card.id, fetched_at=card.decided_at),
        decision=decision,
        amount_kop=sum(one.price_kop for one in ways) or None,
        href=f"/children/{card.child}/notices?event={quote(card.event, safe='')}",
    )
