"""Registers as they were taken: a file and a line once each, a difference until somebody settles it (RULES D10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.ledger.registers import Item, Kind, Line, Taken
from hub.ledger.store.raw import marks
from hub.ledger.store.registers.tables import RegisterFile, RegisterItem, RegisterLine
from hub.store.fields import from_micros, rows

CHUNK = 500
BY_REGISTER = "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    id: str
    provider: str
    day: str
    kind: str
    key: str
    ours_kop: int | None
    theirs_kop: int | None
    line: int | None
    account: str
    school: str
    credited: str
    note: str
    opened_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    id: str
    provider: str
    day: str
    lines: int
    sum_kop: int
    fee_kop: int
    imported_at: datetime


def put_file(provider: str, day: date, digest: str, *, lines: int, sum_kop: int, fee_kop: int, actor: str, now: datetime) -> str:
    """The file's id; the same file of the same day is one."""
    id_ = f"{provider}-{day}-{digest[:16]}"
    known = {"provider": provider, "day": day.isoformat(), "digest": digest, "lines": lines, "sum_kop": sum_kop, "fee_kop": fee_kop}
    RegisterFile.insert(id=id_, **known, imported_at=now, actor=actor).on_conflict_ignore().execute()
    return id_


def lines_of(provider: str, keys: Sequence[str]) -> dict[str, Taken]:
    """The lines of these payments, as they were taken."""
    found: dict[str, Taken] = {}
    for begin in range(0, len(keys), CHUNK):
        some = keys[begin : begin + CHUNK]
        sql = (
            "SELECT key, number, at, account, amount_kop, fee_kop, place, day FROM register_line "  # noqa: S608 - question marks
            f"WHERE id IN ({marks(some)})"
        )
        for key, number, at, account, kop, fee, place, day in rows(RegisterLine, sql, [_line_id(provider, key) for key in some]):
            line = Line(number=number, key=key, at=from_micros(at), account=account, amount_kop=int(kop), fee_kop=int(fee), place=place)
            found[key] = Taken(line=line, day=date.fromisoformat(day))
    return found


def sums_of(provider: str, accounts: Sequence[str]) -> dict[str, int]:
    """What registers told of each account, or order, so far."""
    found: dict[str, int] = {}
    for begin in range(0, len(accounts), CHUNK):
        some = accounts[begin : begin + CHUNK]
        sql = (
            "SELECT account, SUM(amount_kop) FROM register_line "  # noqa: S608 - question marks
            f"WHERE provider = ? AND account IN ({marks(some)}) GROUP BY account"
        )
        found |= {account: int(kop) for account, kop in rows(RegisterLine, sql, (provider, *some))}
    return found


def put_lines(provider: str, day: date, file: str, lines: Sequence[Line]) -> None:
    """A line that came before with another content is now as the later register says."""
    made = [
        {
            "id": _line_id(provider, one.key), "provider": provider, "key": one.key, "file": file, "day": day.isoformat(),
            "number": one.number, "at": one.at, "account": one.account, "amount_kop": one.amount_kop, "fee_kop": one.fee_kop,
            "place": one.place,
        }
        for one in lines
    ]  # fmt: skip
    said = [getattr(RegisterLine, name) for name in ("file", "day", "number", "at", "account", "amount_kop", "fee_kop", "place")]
    for begin in range(0, len(made), CHUNK // 10):
        some = made[begin : begin + CHUNK // 10]
        RegisterLine.insert_many(some).on_conflict(conflict_target=[RegisterLine.id], preserve=said).execute()


def put_item(provider: str, day: date, item: Item, *, credited: str, school: str, now: datetime, number: str = "") -> str | None:
    """The id of a difference that nobody knew of, or that a register had settled; None when it is open, or a person settled it.

    `number` is the contract's where it is known better than by the line.
    """
    id_ = _item_id(provider, day, item)
    ours, line, fee = item.ours, item.line, item.kind is Kind.FEE_DIFFERS
    known = number or (ours.account if ours else "")
    taken = RegisterItem.insert(
        id=id_,
        provider=provider,
        day=day.isoformat(),
        kind=item.kind.value,
        key=item.key,
        ours_kop=line.fee_due_kop if fee and line else ours.amount_kop if ours else None,
        theirs_kop=(line.fee_kop if fee else line.amount_kop) if line else None,
        line=line.number if line else None,
        account=line.account if line and not line.by_order else known,
        school=school or (ours.school if ours else ""),
        credited=credited,
        note=item.note,
        opened_at=now,
    ).on_conflict_ignore()
    if taken.as_rowcount().execute():
        return id_
    again = (RegisterItem.id == id_) & (RegisterItem.settled_by == BY_REGISTER)
    return id_ if RegisterItem.update(settled_at=None, settled_by=None).where(again).execute() else None


def settle_found(provider: str, keys: Sequence[str], kinds: Iterable[Kind], *, now: datetime) -> int:
    """A later register told of the payment as the ledger has it: what was in doubt no longer is."""
    named, count = [kind.value for kind in kinds], 0
    for begin in range(0, len(keys), CHUNK):
        mine = (RegisterItem.provider == provider) & RegisterItem.key.in_(keys[begin : begin + CHUNK])
        open_ = mine & RegisterItem.kind.in_(named) & RegisterItem.settled_at.is_null()
        count += int(RegisterItem.update(settled_at=now, settled_by=BY_REGISTER).where(open_).execute())
    return count


def settle_key(provider: str, key: str, *, by: str, note: str, now: datetime) -> int:
    """Everything open about one payment: it has found its account."""
    mine = (RegisterItem.provider == provider) & (RegisterItem.key == key) & RegisterItem.settled_at.is_null()
    return int(RegisterItem.update(settled_at=now, settled_by=by, settled_note=note).where(mine).execute())


def settle(id_: str, *, by: str, note: str, now: datetime) -> bool:
    """Somebody has looked and says how it ended; once."""
    mine = (RegisterItem.id == id_) & RegisterItem.settled_at.is_null()
    return bool(RegisterItem.update(settled_at=now, settled_by=by, settled_note=note).where(mine).execute())


def items(
    *, provider: str | None = None, day: date | None = None, school: str | None = None, settled: bool | None = False, limit: int = 1000
) -> list[KeptItem]:
    """The oldest day first; `settled` None: both."""
    where: list[tuple[str, object]] = []
    if provider:
        where.append(("provider = ?", provider))
    if day:
        where.append(("day = ?", day.isoformat()))
    if school is not None:
        where.append(("school = ?", school))
    told = [sql for sql, _ in where]
    if settled is not None:
        told.append("settled_at IS NOT NULL" if settled else "settled_at IS NULL")
    values = [value for _, value in where]
    only = f"WHERE {' AND '.join(told)}" if told else ""
    sql = f"SELECT {', '.join(_ITEM)} FROM register_item {only} ORDER BY day, provider, line, id LIMIT ?"  # noqa: S608 - own words
    return [_item(row) for row in rows(RegisterItem, sql, (*values, limit))]


def count_open(school: str | None = None) -> int:
    where, values = (" AND school = ?", (school,)) if school else ("", ())
    sql = f"SELECT COUNT(*) FROM register_item WHERE settled_at IS NULL{where}"  # noqa: S608 - own words
    ((count,),) = rows(RegisterItem, sql, values)
    return int(count)


def item(id_: str) -> KeptItem | None:
    found = rows(RegisterItem, f"SELECT {', '.join(_ITEM)} FROM register_item WHERE id = ?", (id_,))  # noqa: S608 - own words
    return _item(found[0]) if found else None


def with_ids(ids: Sequence[str]) -> list[KeptItem]:
    """In the order asked."""
    return [found for id_ in ids if (found := item(id_)) is not None]


def files(*, limit: int = 200) -> list[KeptFile]:
    """The latest day first."""
    sql = f"SELECT {', '.join(_FILE)} FROM register_file ORDER BY day DESC, provider, imported_at LIMIT ?"  # noqa: S608 - own words
    return [
        KeptFile(**{**dict(zip(_FILE, row, strict=True)), "imported_at": from_micros(row[-1])}) for row in rows(RegisterFile, sql, (limit,))
    ]


_ITEM = tuple(KeptItem.__dataclass_fields__)
_FILE = tuple(KeptFile.__dataclass_fields__)


def _item(row: Sequence[object]) -> KeptItem:
    said = dict(zip(_ITEM, row, strict=True))
    for name in ("opened_at", "settled_at"):
        at = said[name]
        said[name] = from_micros(at) if isinstance(at, int) else None
    return KeptItem(**said)  # type: ignore[arg-type]  # the columns in their order


def _line_id(provider: str, key: str) -> str:
    return f"{provider}:{key}"


def _item_id(provider: str, day: date, item: Item) -> str:
    """The same difference is the same item, however often its register comes."""
    theirs = f"{item.line.account} {item.line.amount_kop}" if item.line else ""
    told = [provider, day.isoformat(), item.kind.value, item.key, str(item.place), theirs]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]
