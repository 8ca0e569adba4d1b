"""The queue of what is to be paid out: made at a contract's end, chosen by the payer, signed twice, done or back again (RULES D9)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from hub.ledger.agreements.payouts import JOINED, PayoutState, Way, due_of, may_follow
from hub.ledger.agreements.requisites import Requisites
from hub.ledger.model import AccountId, Purpose
from hub.ledger.store.agreements.tables import Payout, PayoutPart
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.raw import marks
from hub.store.fields import from_micros, rows, to_micros
from identity.sealing import Keys

LEASE = timedelta(seconds=60)


class WrongState(Exception):
    """Somebody was quicker, or it may not come after what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one account gave."""

    account: AccountId
    purpose: Purpose
    amount_kop: int
    txn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutCard:
    id: str
    contract: str
    school: str
    child: str | None
    payer: str | None
    reason: str
    state: PayoutState
    way: str
    amount_kop: int
    due_at: datetime
    created_at: datetime
    target: str | None
    chosen_by: str | None
    signed_by: str | None
    done_by: str | None
    done_at: datetime | None
    warned: int
    tries: int
    details: str | None = field(repr=False)
    note: str | None = field(repr=False)


_COLUMNS = tuple(PayoutCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM payout"  # noqa: S608 - own names


def _cards(where: str, values: Sequence[object]) -> list[PayoutCard]:
    found = rows(Payout, f"{_SELECT} WHERE {where}", values)
    return [_card(dict(zip(_COLUMNS, row, strict=True))) for row in found]


def _card(named: dict[str, object]) -> PayoutCard:
    for name in ("due_at", "created_at", "done_at"):
        at = named[name]
        named[name] = None if at is None else from_micros(int(str(at)))
    return PayoutCard(**{**named, "state": PayoutState(str(named["state"]))})  # type: ignore[arg-type]  # columns by their names


def get(id_: str) -> PayoutCard | None:
    found = _cards("id = ?", [id_])
    return found[0] if found else None


def locked(id_: str) -> PayoutCard | None:
    """As it is now; nobody else changes it until this unit ends."""
    Payout.update(tries=Payout.tries).where(Payout.id == id_).execute()
    return get(id_)


def of_contracts(ids: Collection[str]) -> Sequence[PayoutCard]:
    """The nearest term first."""
    return _cards(f"contract IN ({marks(ids)}) ORDER BY due_at, created_at, id", [*ids]) if ids else ()


def of_school(school: str, *, done: bool = False, limit: int = 500) -> Sequence[PayoutCard]:
    """Those that wait, the longest overdue first; or those that are done, the latest first."""
    if done:
        return _cards("school = ? AND state = 'done' ORDER BY done_at DESC, id LIMIT ?", [school, limit])
    return _cards("school = ? AND state <> 'done' ORDER BY due_at, created_at, id LIMIT ?", [school, limit])


def parts_of(payout: str) -> Sequence[Part]:
    sql = "SELECT account, purpose, amount_kop, txn FROM payout_part WHERE payout = ? ORDER BY purpose, id"
    return [
        Part(account=AccountId(account), purpose=Purpose(purpose), amount_kop=int(kop), txn=txn)
        for account, purpose, kop, txn in rows(PayoutPart, sql, (payout,))
    ]


def queue(contract: ContractCard, parts: Sequence[Part], *, reason: str, zone: str, now: datetime) -> str:
    """What accounts gave is to be paid out; money that came late joins a payout that nobody began. The caller holds the contract."""
    amount = sum(one.amount_kop for one in parts)
    open_ = next((one for one in of_contracts([contract.id]) if one.state in JOINED), None)
    if open_ is not None:
        id_ = open_.id
        Payout.update(amount_kop=Payout.amount_kop + amount).where(Payout.id == id_).execute()
    else:
        id_ = uuid.uuid4().hex
        card = {"contract": contract.id, "school": contract.school, "child": contract.child, "payer": contract.payer, "reason": reason}
        Payout.insert(id=id_, **card, state=PayoutState.OPEN.value, amount_kop=amount, due_at=due_of(now, zone), created_at=now).execute()
    for one in parts:
        PayoutPart.insert(
            id=uuid.uuid4().hex, payout=id_, account=one.account, purpose=one.purpose.value, amount_kop=one.amount_kop, txn=one.txn
        ).execute()
    return id_


def turn(card: PayoutCard, then: PayoutState, **values: object) -> PayoutCard:
    """From the state that the caller saw to the next. Raises `WrongState` where somebody was quicker."""
    if not may_follow(card.state, then):
        raise WrongState
    same = (Payout.id == card.id) & (Payout.state == card.state.value)
    if not Payout.update(state=then.value, **values).where(same).execute():
        raise WrongState
    found = get(card.id)
    assert found is not None, "it was changed in this very unit"
    return found


def choose(keys: Keys, card: PayoutCard, way: Way, then: PayoutState, *, by: str, now: datetime, to: Requisites | None = None,
           target: str | None = None) -> PayoutCard:  # fmt: skip
    """The payer's word; it may be said anew until somebody signed."""
    said = {"bik": to.bik, "account": to.account, "name": to.name} if to else None
    details = keys.seal("payout", "details", card.id, msgspec.json.encode(said).decode()) if said else None
    return turn(
        card, then, way=way.value, details=details, target=target, chosen_by=by, chosen_at=now, signed_by=None, signed_at=None, note=None,
        payer=card.payer or by,
    )  # fmt: skip


def split(card: PayoutCard, amount_kop: int, *, now: datetime) -> str:
    """A part of it goes another way: from here on a payout of its own, with the same term."""
    if not 0 < amount_kop < card.amount_kop:
        raise ValueError("a part is less than the whole and more than nothing")
    id_ = uuid.uuid4().hex
    said = {"contract": card.contract, "school": card.school, "child": card.child, "payer": card.payer, "reason": card.reason}
    Payout.insert(id=id_, **said, state=PayoutState.OPEN.value, amount_kop=amount_kop, due_at=card.due_at, created_at=now).execute()
    Payout.update(amount_kop=Payout.amount_kop - amount_kop).where(Payout.id == card.id).execute()
    return id_


def requisites(keys: Keys, card: PayoutCard) -> Requisites | None:
    if card.details is None:
        return None
    return Requisites(**msgspec.json.decode(keys.open("payout", "details", card.id, card.details), type=dict[str, str]))


def note(keys: Keys, card: PayoutCard) -> str:
    return keys.open("payout", "note", card.id, card.note) if card.note else ""


def sealed_note(keys: Keys, card: PayoutCard, text: str) -> str:
    return keys.seal("payout", "note", card.id, text)


def due_to_ask(*, now: datetime, limit: int) -> list[str]:
    """Refunds under way whose time to ask has come; each is left to this process for a while."""
    mine = []
    for (id_,) in rows(Payout, "SELECT id FROM payout WHERE ask_after <= ? ORDER BY ask_after LIMIT ?", (to_micros(now), limit)):
        if Payout.update(ask_after=now + LEASE).where(Payout.id == id_, Payout.ask_after <= now).execute():
            mine.append(id_)
    return mine


def ask_again(id_: str, at: datetime | None) -> None:
    Payout.update(ask_after=at, tries=Payout.tries + 1).where(Payout.id == id_).execute()


def to_warn(*, soon: datetime, now: datetime, limit: int) -> Sequence[PayoutCard]:
    """Those whose term is near and of which nobody was warned, and those whose term is over and of which nobody was told."""
    where = "state <> 'done' AND ((warned = 0 AND due_at <= ?) OR (warned < 2 AND due_at <= ?)) ORDER BY due_at LIMIT ?"
    return _cards(where, [to_micros(soon), to_micros(now), limit])


def warned(id_: str, level: int) -> None:
    Payout.update(warned=level).where(Payout.id == id_).execute()


def of_payer(person: str) -> Sequence[PayoutCard]:
    """Those whose way this person chose, or may choose; also those of a record that was joined to this one."""
    return _cards("payer = ? OR contract IN (SELECT id FROM contract WHERE payer = ?) ORDER BY created_at, id", [person, person])


def open_of(contract: str) -> bool:
    return bool(rows(Payout, "SELECT 1 FROM payout WHERE contract = ? AND state <> 'done' LIMIT 1", (contract,)))


def forget(person: str) -> None:
    """An erasure: requisites and notes of what was paid out go; the sums stay by opaque ids. What still waits keeps whither it goes."""
    Payout.update(details=None, note=None).where(Payout.payer == person, Payout.state == PayoutState.DONE.value).execute()
