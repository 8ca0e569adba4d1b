"""What SMS.RU's answers mean: the codes of a message on its way, and its money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType

import msgspec

from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from connectors.kit.notice import Price, SentText, TextState
from connectors.notices.smsru import errors

QUEUED = 100
STATES: Mapping[int, TextState] = MappingProxyType(
    {
        QUEUED: TextState.QUEUED,
        101: TextState.QUEUED,
        102: TextState.SENT,
        103: TextState.DELIVERED,
        110: TextState.DELIVERED,  # read
        **dict.fromkeys((104, 105, 106, 107, 108, 130, 131, 132, 150), TextState.FAILED),
    }
)
"""104 expired, 105 deleted, 106 the phone failed, 107 no reason, 108 rejected, 130-132 limits, 150 no route."""


class One(msgspec.Struct, frozen=True, kw_only=True):
    """One message of an answer, found under its number or its id."""

    status_code: int
    sms_id: str = ""
    cost: str | float | None = None
    sms: int | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    sms: dict[str, One]


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    balance: str | float


def taken(system: str, body: bytes) -> SentText:
    """A message of its own may be refused in an answer that is good as a whole."""
    one = _only(system, body)
    if one.status_code != QUEUED:
        raise errors.of(system, one.status_code)
    if not one.sms_id:
        raise Drifted(system, "$.sms.sms_id", "no id")
    return SentText(gateway_id=one.sms_id[:40], state=TextState.QUEUED, word=str(QUEUED), cost_kop=_kop(system, one.cost))


def status(system: str, body: bytes, id_: str) -> SentText:
    one = _only(system, body)
    if one.status_code == -1:
        raise errors.of(system, -1)
    state, word = STATES.get(one.status_code, TextState.UNKNOWN), str(one.status_code)
    reason = word if state is TextState.FAILED else ""
    return SentText(gateway_id=id_, state=state, word=word, cost_kop=_kop(system, one.cost), reason=reason)


def price(system: str, body: bytes) -> Price:
    one = _only(system, body)
    if one.status_code != QUEUED:
        raise errors.of(system, one.status_code)
    return Price(parts=one.sms or 1, cost_kop=_kop(system, one.cost) or 0)


def balance(system: str, body: bytes) -> int:
    return _kop(system, decode(system, body, Balance).balance) or 0


def _only(system: str, body: bytes) -> One:
    found = decode(system, body, Answer).sms
    if len(found) != 1:
        raise Drifted(system, "$.sms", f"{len(found)} messages instead of one")
    return next(iter(found.values()))


def _kop(system: str, roubles: str | float | None) -> int | None:
    if roubles is None:
        return None
    try:
        return int((Decimal(str(roubles)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, ValueError) as error:
        raise Drifted(system, "$.cost", "not an amount") from error
