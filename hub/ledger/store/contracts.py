"""Contracts and their accounts: for which child, by the hub's record or, until it knows the child, by the school's word (RULES D9)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from hub.ledger.model import AccountId, Purpose
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Account, Contract
from hub.store.fields import insert, rows
from identity.model import Person, same_name
from identity.sealing import Keys
from identity.store.persons import SNILS_LABEL


class ContractState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    id: AccountId
    contract: str
    purpose: Purpose
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCard:
    id: str
    number: str
    state: ContractState
    school: str
    class_name: str
    child: str | None
    payer: str | None
    accounts: tuple[AccountCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContract:
    """`pupil` are last, first and middle name, `snils` 11 digits: by both the child is found when the hub learns of it."""

    number: str
    school: str
    class_name: str = ""
    purposes: tuple[Purpose, ...]
    child: str | None = None
    pupil: tuple[str, str, str] | None = field(default=None, repr=False)
    snils: str | None = field(default=None, repr=False)
    state: ContractState = ContractState.ACTIVE


def open_contract(keys: Keys, new: NewContract, *, now: datetime) -> ContractCard:
    """A number that is there already keeps what it has, and gets the purposes that it lacks."""
    known = numbered(new.number)
    if known is None:
        known = _opened(keys, new, now=now)
    lacks = [purpose for purpose in new.purposes if purpose not in {one.purpose for one in known.accounts}]
    added = tuple(AccountCard(id=AccountId(uuid.uuid4().hex), contract=known.id, purpose=purpose, closed=False) for purpose in lacks)
    for one in added:
        insert(Account, id=one.id, contract=one.contract, purpose=one.purpose.value, opened_at=now)
    return replace(known, accounts=_in_order((*known.accounts, *added)))


def _opened(keys: Keys, new: NewContract, *, now: datetime) -> ContractCard:
    id_, snils, pupil = uuid.uuid4().hex, new.snils, new.pupil
    insert(
        Contract,
        id=id_,
        number=new.number,
        state=new.state.value,
        child=new.child,
        pupil=keys.seal("contract", "pupil", id_, msgspec.json.encode(pupil).decode()) if pupil else None,
        pupil_snils=keys.seal("contract", "pupil_snils", id_, snils) if snils else None,
        pupil_index=keys.index(SNILS_LABEL, snils) if snils else None,
        school=new.school,
        class_name=new.class_name,
        opened_at=now,
        updated_at=now,
    )
    return ContractCard(
        id=id_, number=new.number, state=new.state, school=new.school, class_name=new.class_name, child=new.child, payer=None
    )


def known_numbers(wanted: Collection[str]) -> frozenset[str]:
    """Those of these numbers that are taken."""
    found: set[str] = set()
    every = sorted(wanted)
    for begin in range(0, len(every), 500):
        some = every[begin : begin + 500]
        sql = f"SELECT number FROM contract WHERE number IN ({marks(some)})"  # noqa: S608 - question marks
        found |= {number for (number,) in rows(Contract, sql, some)}
    return frozenset(found)


def _in_order(accounts: Iterable[AccountCard]) -> tuple[AccountCard, ...]:
    order = list(Purpose)
    return tuple(sorted(accounts, key=lambda one: order.index(one.purpose)))


def of_children(children: Collection[str]) -> Sequence[ContractCard]:
    """Living contracts first, then drafts, then those that have ended; each by number."""
    return _cards(f"child IN ({marks(children)})", [*children]) if children else ()


def children_after(child: str, *, limit: int) -> Sequence[str]:
    """Whoever has a living contract, in pages by the id."""
    sql = "SELECT DISTINCT child FROM contract WHERE child > ? AND state = 'active' ORDER BY child LIMIT ?"
    return [str(found) for (found,) in rows(Contract, sql, (child, limit))]


def of_payer(payer: str) -> Sequence[ContractCard]:
    return _cards("payer = ?", [payer])


def numbered(number: str) -> ContractCard | None:
    found = _cards("number = ?", [number])
    return found[0] if found else None


def by_id(id_: str) -> ContractCard | None:
    found = _cards("id = ?", [id_])
    return found[0] if found else None


def account(id_: str) -> tuple[AccountCard, ContractCard] | None:
    """An account with the contract that it belongs to."""
    found = rows(Account, "SELECT contract FROM contract_account WHERE id = ?", (id_,))
    if not found:
        return None
    (card,) = _cards("id = ?", [found[0][0]])
    return next(one for one in card.accounts if one.id == id_), card


def purposes_of(accounts: Collection[str]) -> dict[AccountId, Purpose]:
    """Which of these accounts there are, and what for."""
    found: dict[AccountId, Purpose] = {}
    wanted = sorted(accounts)
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        sql = f"SELECT id, purpose FROM contract_account WHERE id IN ({marks(some)})"  # noqa: S608 - question marks
        found |= {AccountId(id_): Purpose(purpose) for id_, purpose in rows(Account, sql, some)}
    return found


def attach(keys: Keys, children: Iterable[Person], *, now: datetime) -> int:
    """Binds contracts that wait for these children: the SNILS is theirs, and the names agree too (RULES A3). What the school said goes."""
    bound = 0
    for child in children:
        if child.snils is None:
            continue
        indexes = keys.indexes(SNILS_LABEL, child.snils.digits)
        sql = f"SELECT id, pupil FROM contract WHERE child IS NULL AND pupil_index IN ({marks(indexes)})"  # noqa: S608 - question marks
        for id_, sealed in rows(Contract, sql, indexes):
            last, first, _ = msgspec.json.decode(keys.open("contract", "pupil", id_, sealed), type=tuple[str, str, str])
            if same_name(last, first, child.last_name, child.first_name):
                found = {"child": child.id, "pupil": None, "pupil_snils": None, "pupil_index": None, "updated_at": now}
                bound += int(Contract.update(found).where(Contract.id == id_, Contract.child.is_null()).execute())
    return bound


def waiting_for(keys: Keys, children: Iterable[Person]) -> bool:
    """Whether `attach` would find something, for who may only read."""
    digits = [child.snils.digits for child in children if child.snils is not None]
    indexes = [index for one in digits for index in keys.indexes(SNILS_LABEL, one)]
    if not indexes:
        return False
    sql = f"SELECT 1 FROM contract WHERE child IS NULL AND pupil_index IN ({marks(indexes)}) LIMIT 1"  # noqa: S608 - question marks
    return bool(rows(Contract, sql, indexes))


def waiting_name(keys: Keys, id_: str) -> tuple[str, str]:
    """First and middle name of the pupil as the school said them, while the hub does not know the child."""
    found = rows(Contract, "SELECT pupil FROM contract WHERE id = ? AND pupil IS NOT NULL", (id_,))
    if not found:
        return "", ""
    _, first, middle = msgspec.json.decode(keys.open("contract", "pupil", id_, found[0][0]), type=tuple[str, str, str])
    return first, middle


def waiting_snils(keys: Keys, id_: str) -> str:
    """The SNILS of the pupil as the school said it, while the hub does not know the child."""
    found = rows(Contract, "SELECT pupil_snils FROM contract WHERE id = ? AND child IS NULL AND pupil_snils IS NOT NULL", (id_,))
    return keys.open("contract", "pupil_snils", id_, found[0][0]) if found else ""


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: its contracts go along."""
    Contract.update(child=to, child_before=former).where(Contract.child == former).execute()
    Contract.update(payer=to, payer_before=former).where(Contract.payer == former).execute()


def part(*, kept: str, former: str) -> None:
    """The two records are apart again: each has its own contracts."""
    Contract.update(child=former, child_before=None).where(Contract.child == kept, Contract.child_before == former).execute()
    Contract.update(payer=former, payer_before=None).where(Contract.payer == kept, Contract.payer_before == former).execute()


_ORDER = "closing_at IS NOT NULL, CASE WHEN state = 'draft' THEN 1 ELSE 0 END, number"


def _cards(where: str, values: Sequence[str]) -> list[ContractCard]:
    sql = f"SELECT id, number, state, school, class_name, child, payer FROM contract WHERE {where} ORDER BY {_ORDER}"  # noqa: S608 - own words
    contracts = rows(Contract, sql, values)
    if not contracts:
        return []
    ids = [row[0] for row in contracts]
    of = f"SELECT id, contract, purpose, closed_at FROM contract_account WHERE contract IN ({marks(ids)})"  # noqa: S608 - question marks
    accounts = [
        AccountCard(id=AccountId(id_), contract=contract, purpose=Purpose(purpose), closed=closed_at is not None)
        for id_, contract, purpose, closed_at in rows(Account, of, ids)
    ]
    return [
        ContractCard(
            id=id_,
            number=number,
            state=ContractState(state),
            school=school,
            class_name=class_name,
            child=child,
            payer=payer,
            accounts=_in_order(one for one in accounts if one.contract == id_),
        )
        for id_, number, state, school, class_name, child, payer in contracts
    ]
