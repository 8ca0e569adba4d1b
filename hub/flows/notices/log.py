"""A parent reads why each notice came or did not: the own decisions, never another guardian's (RULES F1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.cursors import NOT_OURS, from_cursor, number_in, to_cursor
from hub.flows.notices.happenings import says_of
from hub.flows.notices.kinds import CHANNELS, Kind, Why
from hub.flows.notices.words import KINDS, text_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.views.people.notices import LogItem, NoticeLog
from hub.store.outbox import claiming, log
from hub.store.outbox.claiming import HANDED
from hub.store.outbox.log import DecisionCard, SendCard
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written.texts import TextStage
from identity.model import MOSCOW, PersonId
from identity.store import view_right
from identity.store.school.cards import classes_of

PAGE, A_PAGE = "notices.log", 50
LENT = "Вам открыли только дневник. Уведомления о проходах и питании получают родители."
NO_STAGES: Mapping[str, str] = MappingProxyType({})
NOT_TAKEN: Mapping[str, str] = MappingProxyType({TextStage.WAITING: "trying", TextStage.UNSURE: "unsure"})
"""What a text that was handed over is told as while no operator has it."""
DECISIONS = {"waiting": "pending", "handed": "pending", "sent": "sent", "delivered": "sent", "not_sent": "not_sent", "dead": "not_sent"}


async def show_log(deps: Deps, visitor: Visitor, child: str, *, cursor: str | None = None, event: str = "") -> NoticeLog:
    """Each happening with every channel."""
    now, before = deps.now(), _place(cursor)

    def unit() -> NoticeLog:
        _require_sight(deps, visitor, child, now=now)
        found = log.of_child(visitor.person, child, before=before, event=event, limit=A_PAGE + 1)
        shown = found[:A_PAGE]
        stages = claiming.texts_of({send.ref for card in shown for send in card.sends if send.state == HANDED})
        more = to_cursor("{} {}".format(*log.place(shown[-1]))) if len(found) > A_PAGE else None
        return NoticeLog(zone=_zone(child, shown), items=tuple(item for card in shown for item in items_of(card, stages)), next=more)

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def items_of(card: DecisionCard, stages: Mapping[str, str] = NO_STAGES) -> list[LogItem]:
    """One a channel, in the order in which people know them; those that are simply off stand last.

    `stages` are of the texts that no operator confirmed yet, by the text's id."""
    sends = {one.channel: one for one in card.sends}
    items = [_item(card, channel, sends.get(channel), stages) for channel in CHANNELS if channel in sends or channel in card.rules]
    return sorted(items, key=lambda one: one.rule in (Why.CHANNEL_OFF, Why.NOT_FOR_SMS))


def _item(card: DecisionCard, channel: str, send: SendCard | None, stages: Mapping[str, str]) -> LogItem:
    rule = card.rules.get(channel, "") if send is None else send.rule
    state = send.state if send else "not_sent"
    delayed = state == "waiting" and send is not None and send.digest
    went = state in ("sent", "delivered")
    return LogItem(
        event_id=card.event,
        source=card.source,
        kind=card.kind,
        title=KINDS[Kind(card.kind)],
        at=card.at,
        channel=channel,
        decision="delayed" if delayed else DECISIONS[state],
        rule="" if went else rule,
        text=text_of(NOT_TAKEN.get(stages.get(send.ref, ""), state) if send else state, rule, channel),
        price_kop=send.price_kop if send else 0,
        transaction_id=send.txn if send else None,
        next_at=send.next_at if send and state == "waiting" else None,
        changed_at=send.changed_at if send else card.decided_at,
    )


def _require_sight(deps: Deps, visitor: Visitor, child: str, *, now: datetime) -> None:
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=now)
    if not right.allowed:
        raise refusal(right)
    if right.delegated or right.diary_only:
        raise Refused(Reason.FORBIDDEN, LENT)


def _zone(child: str, shown: Sequence[DecisionCard]) -> str:
    """The school's; of a child whose card is not read yet that of the school whose door told of it."""
    named = schools.zone_of(classes_of((PersonId(child),)).get(PersonId(child), ("", ""))[0])
    return named or next((zone for card in shown if (zone := says_of(card.says).zone)), MOSCOW)


def _place(cursor: str | None) -> tuple[int, str] | None:
    if not cursor:
        return None
    at, _, id_ = from_cursor(cursor).partition(" ")
    if not id_:
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return number_in(at), id_
