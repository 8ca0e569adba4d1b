"""Towns for the tests of the town."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from sandbox.world.model import Person
from sandbox.world.town import Town

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)
TownAt = Callable[[datetime], Town]


@pytest.fixture(scope="session")
def town_at() -> TownAt:
    """One town for each time that a test asks about, kept: they are read only."""
    kept: dict[datetime, Town] = {}

    def at(now: datetime) -> Town:
        if now not in kept:
            kept[now] = Town(lambda: now)
        return kept[now]

    return at


@pytest.fixture(scope="session")
def town(town_at: TownAt) -> Town:
    return town_at(NOVEMBER)


@pytest.fixture
def own_town() -> Town:
    """A town that the test may write into."""
    return Town(lambda: NOVEMBER)


@pytest.fixture(scope="session")
def confirmed(town: Town) -> list[Person]:
    """Parents with a confirmed account and children, in the town's order."""
    return [p for p in town.people.values() if p.role == "parent" and p.children and p.esia is not None and p.esia.level == "confirmed"]


def age(person: Person, day: date) -> int:
    born = person.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
