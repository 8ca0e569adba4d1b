"""A contract's draft, its acceptance and its PIN (RULES D9; F100-F103, F121)."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.ledger.agreements.accepting import (
    Acceptance,
    Decision,
    Fault,
    Party,
    Standing,
    State,
    decide,
    is_pin,
    new_code,
    new_number,
    new_pin,
)
from hub.ledger.model import Purpose
from hub.ledger.store import contracts, terms
from hub.ledger.store.agreements import offers
from hub.ledger.store.agreements.tables import Acceptance as AcceptanceRow
from hub.ledger.store.agreements.tables import Paper
from hub.ledger.store.contracts import ContractCard, ContractState, NewContract
from hub.ledger.store.tables import Contract
from hub.store.fields import from_micros, rows
from identity.sealing import Keys

PURPOSES = (Purpose.MEAL, Purpose.NOTICES, Purpose.SERVICES)
"""What a new contract has; an account for a benefit comes with the school's decision."""


LIVING = (ContractState.DRAFT, ContractState.ACTIVE)


class Unacceptable(Exception):
    """Nothing was written; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """`pin` is told once, to whom it belongs; None where this person's word was there already, or where it is the pupil's."""

    state: State
    waits: tuple[Party, ...]
    again: bool
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """An acceptance as it is kept."""

    party: Party
    by: str
    at: datetime
    where: str
    place: str
    offer: str
    phone: str = field(repr=False)
    inn: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """`code` is the contract's name without a name in it; `has_pin` whether the terminal's cabinet can be opened."""

    code: str
    has_pin: bool
    ends: str
    ended_by: str | None
    closed_at: datetime | None


def lock(contract: str) -> ContractCard | None:
    """The contract as it is now; nobody else accepts, closes or pays it out until this unit ends."""
    Contract.update(updated_at=Contract.updated_at).where(Contract.id == contract).execute()
    return contracts.by_id(contract)


def draft(keys: Keys, *, school: str, child: str, class_name: str, now: datetime) -> ContractCard:
    """A contract that waits for its acceptance; the child's open one at this school, where there is one."""
    known = next((one for one in contracts.of_children([child]) if one.school == school and one.state in LIVING), None)
    if known is not None:
        return known
    while contracts.numbered(number := new_number()) is not None:
        pass
    made = contracts.open_contract(
        keys,
        NewContract(number=number, school=school, class_name=class_name, purposes=PURPOSES, child=child, state=ContractState.DRAFT),
        now=now,
    )
    code_of(made.id)
    return made


def code_of(contract: str) -> str:
    """The code without a name; made at the first question."""
    while True:
        found = rows(Paper, "SELECT code FROM contract_paper WHERE contract = ?", (contract,))
        if found:
            return str(found[0][0])
        Paper.insert(contract=contract, code=new_code()).on_conflict_ignore().execute()


def paper(contract: str) -> PaperCard | None:
    found = rows(Paper, "SELECT code, pin_hash, ends, ended_by, closed_at FROM contract_paper WHERE contract = ?", (contract,))
    if not found:
        return None
    code, pin_hash, ends, ended_by, closed_at = found[0]
    return PaperCard(
        code=code,
        has_pin=pin_hash is not None,
        ends=ends,
        ended_by=ended_by,
        closed_at=from_micros(closed_at) if closed_at is not None else None,
    )


def words_of(keys: Keys, contract: str) -> Sequence[Word]:
    """Who accepted, the payer first."""
    sql = "SELECT id, party, said_by, at, channel, place, offer, phone, inn FROM contract_acceptance WHERE contract = ? ORDER BY party"
    return [
        Word(
            party=Party(party),
            by=by,
            at=from_micros(at),
            where=channel,
            place=place,
            offer=version,
            phone=keys.open("contract_acceptance", "phone", id_, phone) if phone else "",
            inn=keys.open("contract_acceptance", "inn", id_, inn) if inn else "",
        )
        for id_, party, by, at, channel, place, version, phone, inn in rows(AcceptanceRow, sql, (contract,))
    ]


def standing_of(card: ContractCard, *, day: date, pupil_too: bool) -> Standing:
    """What an acceptance of this contract would meet today. `pupil_too`: the pupil is 14 to 17 (RULES A14)."""
    found = rows(AcceptanceRow, "SELECT party FROM contract_acceptance WHERE contract = ?", (card.id,))
    named = [terms.terms_of(card.school, account.purpose, day).may_take for account in card.accounts]
    return Standing(
        state=State(card.state.value),
        child=card.child,
        payer=card.payer,
        accepted=frozenset(Party(party) for (party,) in found),
        offer_version=offers.offer_on(day).version,
        parties_named=any(named),
        pupil_too=pupil_too,
    )


def accept(keys: Keys, contract: str, asked: Acceptance, *, day: date, pupil_too: bool) -> Accepted:
    """In the caller's unit: one person's word. Raises `Unacceptable`. The caller has asked who this is and whether that person may.

    `day` is the school's, by it the offer and the parties are chosen. Two words at once are one."""
    card = lock(contract)
    if card is None:
        raise Unacceptable(Fault.NOT_OPEN)
    found = decide(standing_of(card, day=day, pupil_too=pupil_too), asked)
    if isinstance(found, Fault):
        raise Unacceptable(found)
    if found.again:
        return Accepted(state=found.state, waits=found.waits, again=True)
    offers.put_offer(offers.offer_on(day))
    _keep(keys, card, asked)
    pin = _settle(keys, card, asked, found)
    return Accepted(state=found.state, waits=found.waits, again=False, pin=pin)


def _keep(keys: Keys, card: ContractCard, asked: Acceptance) -> None:
    id_ = uuid.uuid4().hex
    AcceptanceRow.insert(
        id=id_,
        contract=card.id,
        party=asked.party.value,
        said_by=asked.by,
        at=asked.at,
        channel=asked.where.value,
        place=asked.place,
        offer=asked.offer_version,
        phone=keys.seal("contract_acceptance", "phone", id_, asked.phone) if asked.phone else None,
        inn=keys.seal("contract_acceptance", "inn", id_, asked.inn) if asked.inn else None,
    ).execute()


def _settle(keys: Keys, card: ContractCard, asked: Acceptance, found: Decision) -> str | None:
    said: dict[str, object] = {"state": found.state.value, "updated_at": asked.at}
    pin = None
    if asked.party is Party.PAYER:
        said |= {
            "payer": asked.by,
            "offer": asked.offer_version,
            "accepted_by": asked.by,
            "accepted_at": asked.at,
            "accepted_where": asked.where.value,
        }
        pin = set_pin(keys, card.id, asked.pin, now=asked.at)
    Contract.update(said).where(Contract.id == card.id).execute()
    return pin


def set_pin(keys: Keys, contract: str, pin: str | None = None, *, now: datetime) -> str:
    """A new PIN for the terminal's cabinet; only its keyed hash stays, so it is told now or never."""
    given = pin if pin is not None and is_pin(pin) else new_pin()
    code_of(contract)
    Paper.update(pin_hash=keys.code_hash(_named(contract, given)), pin_at=now).where(Paper.contract == contract).execute()
    return given


def pin_fits(keys: Keys, contract: str, pin: str) -> bool:
    """Whether this is the PIN; wrong tries are the caller's to count. Takes as long for a contract without one."""
    found = rows(Paper, "SELECT pin_hash FROM contract_paper WHERE contract = ?", (contract,))
    known = str(found[0][0]) if found and found[0][0] else "-"
    return any(hmac.compare_digest(known, one) for one in keys.code_hashes(_named(contract, pin)))


def _named(contract: str, pin: str) -> str:
    return f"contract pin {contract} {pin}"


def become_payer(contract: str, person: str) -> bool:
    """Who takes the remainder of a contract that nobody had accepted is its payer from here on; True for the one who comes first."""
    free = (Contract.id == contract) & Contract.payer.is_null()
    return bool(Contract.update(payer=person).where(free).execute())


def payer_came_over(contract: str) -> str | None:
    """The record whose contract this was before it was joined to the payer's."""
    found = rows(Contract, "SELECT payer_before FROM contract WHERE id = ?", (contract,))
    return found[0][0] if found else None


def forget(person: str) -> None:
    """An erasure: the phone and the INN go; that the contract was accepted stays by opaque id, as its money does (RULES A14)."""
    AcceptanceRow.update(phone=None, inn=None).where(AcceptanceRow.said_by == person).execute()
