"""Parallel first sign-ins end at one person, one link, one child, on both engines (RULES A1, A12)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import peewee
import pytest

from identity.claims import Claims, Level
from identity.store import SignInResult, children_of, settle_sign_in
from identity.store.tables import EdgeRow, LinkRow, PersonRow

PARALLEL = 10


def at_once(desk: Any, claims: list[Claims]) -> list[Any]:
    """Each sign-in on its own connection in its own transaction, all started together: what several hub processes do."""
    barrier = threading.Barrier(len(claims))
    engine: peewee.Database = desk.database.engine

    def one(mine: Claims) -> Any:
        barrier.wait()
        for _ in range(20):
            try:
                with engine.connection_context(), engine.atomic("IMMEDIATE") if desk.database.kind == "sqlite" else _both(engine):
                    return settle_sign_in(desk.keys, mine, now=desk.now)
            except peewee.OperationalError:
                continue  # SQLite was busy, PostgreSQL saw a deadlock: the hub's database runs the unit again too
        raise AssertionError("never got through")

    with ThreadPoolExecutor(len(claims)) as pool:
        return list(pool.map(one, claims))


def _both(engine: peewee.Database) -> Any:
    return engine.atomic()


def count(desk: Any, model: Any, *where: Any) -> int:
    query: Callable[[], int] = lambda: model.select().where(*where).count() if where else model.select().count()  # noqa: E731 - one use
    return int(desk.run(query))


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
@pytest.mark.parametrize("changes", [{}, {"snils": None, "level": Level.STANDARD}], ids=["confirmed", "without snils"])
def test_ten_parallel_first_sign_ins_make_one_person(desk: Any, people: Any, changes: dict[str, Any]) -> None:
    outcomes = at_once(desk, [replace(people.mother, **changes)] * PARALLEL)
    assert len({outcome.person for outcome in outcomes}) == 1
    assert sorted(outcome.result for outcome in outcomes) == [SignInResult.CREATED] + [SignInResult.KNOWN] * (PARALLEL - 1)
    assert (count(desk, PersonRow), count(desk, LinkRow), count(desk, EdgeRow)) == (3, 1, 2)


@pytest.mark.rule("A2")
def test_both_parents_at_once_share_the_child(desk: Any, people: Any) -> None:
    outcomes = at_once(desk, [people.mother, people.father] * 5)
    assert len({outcome.person for outcome in outcomes}) == 2
    assert (count(desk, PersonRow), count(desk, LinkRow), count(desk, EdgeRow)) == (4, 2, 3)


@pytest.mark.rule("A3")
def test_the_pupil_and_the_parent_at_once_agree_on_the_pupil(desk: Any, people: Any) -> None:
    pupil = people.account_of(people.masha)
    outcomes = at_once(desk, [people.mother, pupil] * 3)
    mother, own = outcomes[0].person, outcomes[1].person
    shown = desk.run(lambda: children_of(desk.keys, mother, now=desk.now))
    assert own in {view.person.id for view in shown}
    assert count(desk, PersonRow) == 3


@pytest.mark.rule("A17")
def test_two_accounts_of_one_human_at_once_are_one_person(desk: Any, people: Any) -> None:
    at_once(desk, [people.mother, replace(people.mother, subject="second")] * 3)
    assert count(desk, PersonRow) == 3
    assert count(desk, LinkRow, LinkRow.state != "closed") == 1
