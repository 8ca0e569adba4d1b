"""Receipts that have not come are work: an operator types the marks, or why there is none; a school sees its own (RULES D11)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.office.officers import note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.receipts.policy import FISCALISED, KINDS, NOT_NEEDED
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.receipts import MissingGroup, MissingReceipt, MissingReceipts
from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.ledger.store.registers import receipts
from hub.ledger.store.registers.receipts import Group, ReceiptCard
from hub.ledger.texts import PURPOSES
from hub.store.sessions import Visitor
from identity.model import PersonId

_DRIVE, _NUMBER = re.compile(r"[0-9]{16}", re.ASCII), re.compile(r"[0-9]{1,10}", re.ASCII)
LEAST, MOST = 3, 300
WRONG = "Номер накопителя — 16 цифр, номер документа и признак — до 10 цифр, время — не из будущего."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The three marks with the register's time, or the reason for none."""

    fn: str = ""
    fd: str = ""
    fpd: str = ""
    at: datetime | None = None
    reason: str = ""


async def show_missing(deps: Deps, visitor: Visitor) -> MissingReceipts:
    """Every school's, for the operator."""
    await enter(deps, visitor)
    return await deps.db.read(lambda: _missing(None))


async def show_missing_of_school(deps: Deps, visitor: Visitor) -> MissingReceipts:
    """The families whose payments stand here see that somebody of the school looked (RULES A13)."""

    def unit() -> MissingReceipts:
        officer = officer_of(deps, visitor, act=Act.MONEY)
        homes = [contracts.account(one.account) for one in receipts.missing(school=officer.school)]
        children = {PersonId(home[1].child) for home in homes if home and home[1].child}
        note_reading(deps, officer, sorted(children), page="office.receipts", now=deps.now())
        return _missing(officer.school)

    return await deps.db.write(unit)


async def settle_receipt(deps: Deps, visitor: Visitor, txn: str, said: Said) -> None:
    """One payment's or refund's."""
    home = await enter(deps, visitor)
    values = _values(deps, said, home.operator)

    def unit() -> None:
        card = receipts.get(txn)
        if card is None:
            raise Refused(Reason.NOT_FOUND)
        if card.state in (FISCALISED, NOT_NEEDED):
            raise Refused(Reason.ALREADY_DECIDED)
        receipts.change(txn, now=deps.now(), **values)

    await deps.db.write(unit)


async def settle_group(deps: Deps, visitor: Visitor, id_: str, said: Said) -> int:
    """One receipt, or one reason, for all acts of a month."""
    home = await enter(deps, visitor)
    values = _values(deps, said, home.operator)

    def unit() -> int:
        group = next((one for one in receipts.groups() if group_id(one) == id_), None)
        if group is None:
            raise Refused(Reason.NOT_FOUND)
        return receipts.fill_group(group, now=deps.now(), **values)

    return await deps.db.write(unit)


def _values(deps: Deps, said: Said, operator: str) -> dict[str, object]:
    reason = " ".join(said.reason.split())
    if reason and not (said.fn or said.fd or said.fpd):
        if not LEAST <= len(reason) <= MOST:
            raise Refused(Reason.MALFORMED, f"Напишите причину: от {LEAST} до {MOST} знаков.")
        return {"state": NOT_NEEDED, "detail": reason, "said_by": operator, "ask_after": None}
    right = _DRIVE.fullmatch(said.fn) and _NUMBER.fullmatch(said.fd) and _NUMBER.fullmatch(said.fpd)
    if not right or said.at is None or said.at > deps.now() + timedelta(minutes=10):
        raise Refused(Reason.MALFORMED, WRONG)
    marks = {"drive": said.fn, "document": said.fd, "sign": said.fpd, "given_at": said.at}
    return {"state": FISCALISED, **marks, "said_by": operator, "ask_after": None}


def _missing(school: str | None) -> MissingReceipts:
    return MissingReceipts(
        single=tuple(_single(one) for one in receipts.missing(school=school)),
        groups=tuple(_group(one) for one in receipts.groups(school=school)),
    )


def _single(card: ReceiptCard) -> MissingReceipt:
    return MissingReceipt(
        transaction_id=card.txn,
        title=KINDS.get(card.kind, card.kind),
        provider=card.provider,
        payment=card.payment,
        school=card.school,
        purpose=_purpose(card.purpose),
        amount_kop=card.amount_kop,
        fee_kop=card.fee_kop,
        at=card.at,
        due_at=card.due_at,
    )


def _group(group: Group) -> MissingGroup:
    return MissingGroup(
        id=group_id(group),
        title=KINDS.get(group.kind, group.kind),
        school=group.school,
        purpose=_purpose(group.purpose),
        count=group.count,
        amount_kop=group.kop,
        due_at=group.due_at,
    )


def _purpose(word: str) -> str:
    return PURPOSES[Purpose(word)] if word in set(Purpose) else word


def group_id(group: Group) -> str:
    text = f"{group.school} {group.purpose} {group.kind} {group.due_at.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]
