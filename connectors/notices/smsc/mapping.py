"""What SMSC.ru's answers mean: its status numbers, its money, and the number that our id is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType

import msgspec

from connectors.kit.answers import decode, decode_both
from connectors.kit.errors import Drifted
from connectors.kit.notice import Price, SentText, TextState
from connectors.notices.smsc import errors

STATES: Mapping[int, TextState] = MappingProxyType(
    {
        -2: TextState.FAILED,  # stopped
        -1: TextState.QUEUED,
        0: TextState.SENT,
        1: TextState.DELIVERED,
        2: TextState.DELIVERED,  # read
        4: TextState.DELIVERED,  # its link was opened
        3: TextState.FAILED,  # expired
        20: TextState.FAILED,
        22: TextState.FAILED,
        23: TextState.FAILED,
        24: TextState.FAILED,
        25: TextState.FAILED,
    }
)
NOT_FOUND = -3
_ID_MOST = 2**31 - 2


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    id: int | str
    cnt: int | None = None
    cost: str | float | None = None


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    cost: str | float
    cnt: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    err: int | str = ""
    cost: str | float | None = None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    balance: str | float


def number_of(id_: str) -> str:
    """Our id as the gateway takes one: a whole number; with the phone it names the message there."""
    return str(int.from_bytes(hashlib.sha256(id_.encode()).digest()[:8], "big") % _ID_MOST + 1)


def taken(system: str, body: bytes) -> SentText:
    found = decode(system, body, Taken)
    return SentText(
        gateway_id=str(found.id)[:32], state=TextState.QUEUED, word="-1", parts=found.cnt, cost_kop=_kop(system, found.cost, "$.cost")
    )


def status(system: str, body: bytes, number: str) -> SentText:
    """One message's state, whether it came alone or in a list of one."""
    _, plain = decode_both(system, body, object)
    found = decode(system, body, list[Status])[0] if isinstance(plain, list) and plain else decode(system, body, Status)
    if found.status == NOT_FOUND:
        raise errors.unknown(system)
    state = STATES.get(found.status, TextState.UNKNOWN)
    reason = str(found.err)[:8] if state is TextState.FAILED and str(found.err) not in ("", "0") else ""
    return SentText(gateway_id=number, state=state, word=str(found.status), cost_kop=_kop(system, found.cost, "$.cost"), reason=reason)


def price(system: str, body: bytes) -> Price:
    found = decode(system, body, Cost)
    return Price(parts=found.cnt, cost_kop=_kop(system, found.cost, "$.cost") or 0)


def balance(system: str, body: bytes) -> int:
    return _kop(system, decode(system, body, Balance).balance, "$.balance") or 0


def _kop(system: str, roubles: str | float | None, where: str) -> int | None:
    if roubles is None:
        return None
    try:
        return int((Decimal(str(roubles)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, ValueError) as error:
        raise Drifted(system, where, "not an amount") from error
