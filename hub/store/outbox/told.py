"""What a story writes on a person's page goes further by the other free ways: noted in its own unit, decided later (RULES F2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from hub.store.fields import delete, from_micros, rows
from hub.store.outbox.tables import NoticeTold

_SERVICE = (
    "sessions_ended", "new_device", "pupil_new_device", "contact_changed", "phone_changed", "link_suspended", "link_closed", "recovered",
    "phone_back", "operator_opened", "guardian_added", "guardian_announced", "guardian_frozen", "guardian_left", "delegation_offered",
    "delegation_accepted", "delegation_ended", "view_granted", "child_login", "records_joined", "records_parted", "profiles_swapped",
    "changes_dropped", "access_changed", "carrier_changed", "diary_needs_login",
)  # fmt: skip
_MONEY = (
    "autopay_done", "autopay_declined", "autopay_paused", "autopay_capped", "autopay_ended", "tariff_announced", "tariff_ended",
    "tariff_price", "payout_open", "payout_done", "payout_failed", "payout_choose", "contract_ended", "contract_drafted", "money_found",
    "dispute_decided", "debit_undone", "card_ordered",
)  # fmt: skip
_ANSWERS = ("appeal_answered", "support_answered", "join_decided", "contradiction_answered")
SPREAD: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(_SERVICE, "service")
    | dict.fromkeys(_MONEY, "money")
    | dict.fromkeys(_ANSWERS, "answer")
    | {"top_up": "top_up", "low_balance": "low_balance", "meal_refused": "meal_refused", "announcement": "announcement"}
)
"""By what a story calls it: the kind whose rule holds (`hub.flows.notices.kinds`). What is not here stays on the page."""


def note(id_: str, person: str, kind: str, *, now: datetime) -> None:
    """In the unit of whoever tells."""
    if kind in SPREAD:
        NoticeTold.insert(id=id_, person=person, kind=SPREAD[kind], at=now).on_conflict_ignore().execute()


def waiting(*, limit: int) -> Sequence[tuple[str, str, str, datetime]]:
    """Notice, person, kind and time, the longest waiting first."""
    found = rows(NoticeTold, "SELECT id, person, kind, at FROM notice_told ORDER BY at, id LIMIT ?", (limit,))
    return [(id_, person, kind, from_micros(at)) for id_, person, kind, at in found]


def decided(ids: Sequence[str]) -> None:
    delete(NoticeTold, NoticeTold.id.in_([*ids]))


def forget(person: str) -> None:
    delete(NoticeTold, NoticeTold.person == person)
