"""A contract with every account, acts with a name, and short ways to post them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from hub.ledger import posting
from hub.ledger.model import AccountId, Cause, Floor, Kind, Posting, Purpose
from hub.ledger.posting import Act, Own
from hub.ledger.store.contracts import NewContract, numbered, open_contract
from hub.ledger.store.writing import Posted, post
from hub.store.database import Database
from identity.sealing import Keys, new_master_key

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
KEYS = Keys.from_master(new_master_key())
NO_DEBT = Floor(kop=0, rule="test.no_debt")
_NUMBERS = itertools.count(1)


def own(number: str = "0000000001", *purposes: Purpose, school: str = "1023800000017") -> dict[Purpose, Own]:
    """In the caller's unit: a contract's accounts by purpose, opened if they are not there."""
    new = NewContract(number=number, school=school, class_name="6А", purposes=purposes or tuple(Purpose))
    open_contract(KEYS, new, now=NOW)
    card = numbered(number)
    assert card is not None
    return {one.purpose: Own(id=one.id, purpose=one.purpose) for one in card.accounts}


def accounts(database: Database, number: str = "0000000001") -> dict[Purpose, Own]:
    return database.write_sync(lambda: own(number))


def act(key: str | None = None, *, at: datetime = NOW, scope: str = "osmp", **more: Any) -> Act:
    return Act(scope=scope, key=key or f"n{next(_NUMBERS)}", at=at, actor=f"provider:{scope}", cause=more.pop("cause", Cause()), **more)


def top_up(to: Own, kop: int, key: str | None = None, *, at: datetime = NOW, **more: Any) -> Posting:
    return posting.top_up(act(key, at=at), to, provider="osmp", amount_kop=kop, **more)


def meal(of: Own, kop: int, key: str | None = None, *, at: datetime = NOW, floor: Floor = NO_DEBT) -> Posting:
    return posting.meal(act(key, at=at, scope="till"), of, amount_kop=kop, supplier="s1", floor=floor)


def notice(of: Own, kop: int, key: str | None = None, *, kind: Kind = Kind.NOTICE_PASS, at: datetime = NOW) -> Posting:
    return posting.charge(act(key, at=at, scope="notice"), kind, of, amount_kop=kop, floor=NO_DEBT)


def put(database: Database, made: Posting, *, now: datetime = NOW) -> Posted:
    return database.write_sync(lambda: post(made, now=now))


def nobody(number: str = "0" * 32) -> Own:
    return Own(id=AccountId(number), purpose=Purpose.MEAL)
