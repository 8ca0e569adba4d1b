"""The register of a day's payments, as the provider sends it to the hub; and registers that are wrong on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.terminal.wire.dialects import MOSCOW

ENCODING: Final = "cp1251"
SPOILT: Final = ("totals", "missing", "extra", "sum", "duplicate", "date")
FEE_10000: Final = 0
EXTRA_TXN: Final = "990000000000000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    txn_id: str
    at: datetime
    account: str
    amount_kop: int
    place: str = "Терминал 0017, Барнаул"


def roubles(kop: int) -> str:
    return f"{kop // 100}.{kop % 100:02d}"


def written(lines: Sequence[Line], spoil: str | None = None) -> bytes:
    """`txn_id;DD.MM.YYYY HH:MM:SS;account;sum;fee;place`, and the totals after an equals sign."""
    rows = list(lines)
    if spoil == "missing":
        rows = rows[1:]
    elif spoil == "extra" and rows:
        rows.append(Line(txn_id=EXTRA_TXN, at=rows[0].at, account=rows[0].account, amount_kop=7700))
    elif spoil == "duplicate":
        rows = rows[:1] + rows
    elif spoil in ("sum", "date") and rows:
        first = rows[0]
        amount, at = (first.amount_kop + 100, first.at) if spoil == "sum" else (first.amount_kop, first.at + timedelta(days=1))
        rows[0] = Line(txn_id=first.txn_id, at=at, account=first.account, amount_kop=amount, place=first.place)
    text = [
        f"{it.txn_id};{it.at.astimezone(MOSCOW):%d.%m.%Y %H:%M:%S};{it.account};{roubles(it.amount_kop)};{roubles(FEE_10000)};{it.place}"
        for it in rows
    ]
    total = sum(it.amount_kop for it in rows) + (100 if spoil == "totals" else 0)
    return "\r\n".join([*text, f"=;{len(rows)};{roubles(total)};{roubles(FEE_10000)}", ""]).encode(ENCODING)
