"""A small family for the tests of identity: people of Gosuslugi, their children, a clock, keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest

from hub.store.database import Database
from identity.claims import ChildClaim, Claims, Contact, Level
from identity.sealing import Keys, new_master_key
from identity.snils import Snils, checksum
from identity.store import SignInOutcome, settle_sign_in

Answer = TypeVar("Answer")


def snils(number: int) -> Snils:
    nine = f"{number:09d}"
    return Snils(f"{nine}{checksum(nine):02d}")


PETYA = ChildClaim(source_id="k1", last_name="Ёлкин", first_name="Пётр", birth_date=date(2015, 3, 1), snils=snils(200_000_001))
MASHA = ChildClaim(source_id="k2", last_name="Ёлкина", first_name="Мария", birth_date=date(2010, 5, 5), snils=snils(200_000_002))


class People:
    """Claims as Gosuslugi would send them."""

    petya = PETYA
    masha = MASHA

    @property
    def mother(self) -> Claims:
        return Claims(
            system="esia",
            subject="1000000001",
            level=Level.CONFIRMED,
            last_name="Ёлкина",
            first_name="Анна",
            middle_name="Сергеевна",
            birth_date=date(1985, 1, 2),
            snils=snils(150_000_001),
            phones=(Contact(value="+79265550101", verified=True),),
            children=(self.petya, self.masha),
        )

    @property
    def father(self) -> Claims:
        return replace(
            self.mother,
            subject="1000000002",
            last_name="Ёлкин",
            first_name="Иван",
            middle_name="Павлович",
            birth_date=date(1984, 2, 2),
            snils=snils(150_000_002),
            phones=(),
            children=(replace(self.petya, source_id="f9"),),
        )

    def account_of(self, child: ChildClaim, *, level: Level = Level.CONFIRMED, subject: str = "1000000009") -> Claims:
        return Claims(
            system="esia",
            subject=subject,
            level=level,
            last_name=child.last_name,
            first_name=child.first_name,
            birth_date=child.birth_date,
            snils=child.snils,
        )

    def snils(self, number: int) -> Snils:
        return snils(number)


@dataclass
class Desk:
    """Runs identity's functions as units of work on one database, at a clock that the test moves."""

    database: Database
    keys: Keys
    now: datetime

    def sign_in(self, claims: Claims, **more: Any) -> SignInOutcome:
        return self.run(lambda: settle_sign_in(self.keys, claims, now=self.now, **more))

    def run(self, unit: Callable[[], Answer]) -> Answer:
        return self.database.write_sync(unit)

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys.from_master(new_master_key())


@pytest.fixture
def desk(database: Database, keys: Keys, now: datetime) -> Desk:
    return Desk(database=database, keys=keys, now=now)
