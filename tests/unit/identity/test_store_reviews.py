"""Reviews and signatures under twenty threads: each counts once, whoever is first (RULES A17, B5)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import peewee
import pytest

from identity.claims import Level
from identity.errors import NotAllowed
from identity.model import PersonId
from identity.store import (
    delete_expired,
    edges,
    erase_person,
    open_recovery,
    propose_restriction,
    sign_card_guardian,
    sign_recovery,
    sign_restriction,
)
from identity.store.accounts.recovery import redeem_recovery
from identity.store.school.reviews import ReviewKind, ReviewState, open_review, refuse_review, review, sign_first, sign_second
from identity.store.school.tables import ReviewRow
from tests.unit.identity.school import OFFICER, OGRN, SECOND, School

PARALLEL = 20


def at_once(desk: Any, units: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each unit on its own connection in its own transaction, all started together; a refusal is its answer."""
    barrier = threading.Barrier(len(units))
    engine: peewee.Database = desk.database.engine

    def one(unit: Callable[[], Any]) -> Any:
        barrier.wait()
        for _ in range(50):
            try:
                with engine.connection_context(), engine.atomic("IMMEDIATE") if desk.database.kind == "sqlite" else engine.atomic():
                    return unit()
            except NotAllowed as refused:
                return refused.reason
            except peewee.OperationalError:
                continue  # busy or a deadlock: the hub's database runs the unit again too
        raise AssertionError("never got through")

    with ThreadPoolExecutor(len(units)) as pool:
        return list(pool.map(one, units))


def officers(count: int = PARALLEL) -> list[PersonId]:
    return [PersonId(f"second-{number}") for number in range(count)]


@pytest.mark.rule("B5")
def test_of_twenty_second_signatures_on_a_card_one_counts(desk: Any, people: Any) -> None:
    school, child = School(desk), School(desk).pupil()
    mother = desk.sign_in(replace(people.mother, children=None)).person
    school.redeem(mother, school.code(child))
    entry = school.guardian(child, people.father.snils, "Ёлкин", "Иван", signed=False)
    found = at_once(desk, [partial(sign_card_guardian, entry.id, by, now=desk.now) for by in officers()])
    assert sum(one == "wrong_state" for one in found) == PARALLEL - 1


@pytest.mark.rule("A5a")
def test_of_twenty_second_signatures_on_a_restriction_one_counts(desk: Any, people: Any) -> None:
    father = desk.sign_in(people.father).person
    child = desk.run(lambda: edges.of_guardian(father))[0].child
    id_ = desk.run(
        lambda: propose_restriction(desk.keys, school=OGRN, child=child, officer=OFFICER, document="суд", guardian=father, now=desk.now)
    )
    found = at_once(desk, [partial(sign_restriction, desk.keys, id_, by, now=desk.now) for by in officers()])
    assert sum(one == "wrong_state" for one in found) == PARALLEL - 1
    assert not School(desk).sees(father, child)


@pytest.mark.rule("A17")
def test_a_code_that_twenty_accounts_bring_at_once_is_used_once(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    opened = desk.run(lambda: open_recovery(desk.keys, school=OGRN, person=mother, officer=OFFICER, document="паспорт", now=desk.now))
    code = desk.run(lambda: sign_recovery(desk.keys, opened, SECOND, now=desk.now))
    weak = replace(people.mother, level=Level.SIMPLIFIED, snils=None, children=None, phones=())
    new = [desk.sign_in(replace(weak, subject=f"new-{number}")).person for number in range(PARALLEL)]
    found = at_once(desk, [partial(redeem_recovery, desk.keys, code, who, "esia", now=desk.now) for who in new])
    assert sum(one is not None for one in found) == 1


@pytest.mark.rule("B5")
def test_the_same_stopped_sign_in_is_one_review_and_twenty_first_words_are_one(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person

    def opened() -> str:
        return open_review(desk.keys, kind=ReviewKind.SIGN_IN, person=who, reason="names_differ", evidence={"a": "b"}, now=desk.now)

    ids = at_once(desk, [opened] * PARALLEL)
    assert len(set(ids)) == 1
    words = at_once(desk, [partial(sign_first, desk.keys, ids[0], by, note="паспорт", now=desk.now) for by in officers()])
    assert sum(one == "wrong_state" for one in words) == PARALLEL - 1
    first = desk.run(lambda: review(desk.keys, ids[0])).first_by
    others = [by for by in officers() if by != first]
    turns: list[Callable[[], Any]] = [partial(sign_second, desk.keys, ids[0], by, now=desk.now) for by in others[:10]]
    turns += [partial(refuse_review, desk.keys, ids[0], by, reason="нет", now=desk.now) for by in others[10:]]
    done = at_once(desk, turns)
    assert sum(one == "wrong_state" for one in done) == len(turns) - 1
    assert desk.run(lambda: review(desk.keys, ids[0])).state in (ReviewState.DONE, ReviewState.REFUSED)
    again = desk.run(opened)
    assert again not in ids, "the next stopped sign-in is looked at anew"


@pytest.mark.rule("A18")
def test_a_decided_review_is_kept_a_year_and_an_erased_person_has_none(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person

    def opened() -> str:
        return open_review(desk.keys, kind=ReviewKind.SIGN_IN, person=who, reason="names_differ", evidence={"a": "b"}, now=desk.now)

    def count() -> int:
        return int(desk.run(lambda: ReviewRow.select().count()))

    desk.run(lambda: refuse_review(desk.keys, opened(), OFFICER, reason="нет", now=desk.now))
    desk.later(days=364)
    desk.run(lambda: delete_expired(now=desk.now))
    assert count() == 1
    desk.later(days=2)
    desk.run(lambda: delete_expired(now=desk.now))
    assert count() == 0
    desk.run(opened)
    desk.run(lambda: erase_person(desk.keys, who, by=who, now=desk.now))
    assert count() == 0
