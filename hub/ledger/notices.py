"""One SMS about a pass or a meal as a debit: its price, its key, and why it may not be taken, pure (RULES D2, F2; F014, F017)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from hub.ledger.model import Cause, Kind, Posting
from hub.ledger.posting import Act, Own, charge
from hub.ledger.rules import NOTICE_FLOOR
from hub.ledger.tariffs import Item, Priced

SCOPE = "notice"


class NoticeKind(StrEnum):
    """What the SMS is about; each is switched on by itself (F026)."""

    PASS = "pass"
    MEAL = "meal"


ITEMS: Mapping[NoticeKind, Item] = MappingProxyType({NoticeKind.PASS: Item.NOTICE_PASS, NoticeKind.MEAL: Item.NOTICE_MEAL})
_KINDS: Mapping[NoticeKind, Kind] = MappingProxyType({NoticeKind.PASS: Kind.NOTICE_PASS, NoticeKind.MEAL: Kind.NOTICE_MEAL})


class Verdict(StrEnum):
    """`CHARGED` and `INCLUDED` may be sent; the rest are the rule that says why not. Nothing is owed then, the event still shows."""

    CHARGED = "charged"
    INCLUDED = "included"
    NO_CONTRACT = "no_contract"
    NOT_AGREED = "channel_off"
    OVER_CAP = "over_cap"
    NO_FUNDS = "no_funds"

    @property
    def may_send(self) -> bool:
        return self in (Verdict.CHARGED, Verdict.INCLUDED)


def key_of(event_id: str, to: str = "", source: str = "") -> str:
    """The same event of the same device to the same person is one SMS, however often it is tried."""
    named = f"{source}/{event_id}" if source else event_id
    return f"{named}:{to}" if to else named


def charge_for_notice(
    event_id: str,
    kind: NoticeKind,
    of: Own,
    *,
    price: Priced,
    at: datetime,
    to: str = "",
    source: str = "",
    happened_at: datetime | None = None,
) -> Posting:
    """From `notices`, once for an event and a person; without the money nothing is taken and nothing is owed."""
    cause = Cause(event=event_id, price_list=price.version)
    act = Act(scope=SCOPE, key=key_of(event_id, to, source), at=at, actor="hub", cause=cause, happened_at=happened_at)
    return charge(act, _KINDS[kind], of, amount_kop=price.kop, floor=NOTICE_FLOOR)
