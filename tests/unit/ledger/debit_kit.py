"""A child with money for food, a till's event, a lesson, and several acts let go together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hub.ledger.debits import lessons
from hub.ledger.debits.meals import MealEvent
from hub.ledger.model import Purpose
from hub.ledger.posting import Own
from hub.ledger.store.tables import Contract
from hub.ledger.store.writing import post
from hub.store.database import Database
from hub.store.school.canteen import Dish
from tests.unit.ledger.kit import NOW, own, top_up

SCHOOL = "1023800000017"
LUNCH = Dish(item="lunch", title="Обед", kop=9_000, version="menu@2026-09-01")
CHILD = "child-1"


def event(key: str = "e1", **more: Any) -> MealEvent:
    base = MealEvent(scope="till:1", key=key, child=CHILD, school=SCHOOL, dish=LUNCH, place="столовая", actor="till:1", at=NOW)
    return replace(base, **more)


def opened(kop: int, child: str = CHILD, number: str = "0000000001") -> dict[Purpose, Own]:
    """In the caller's unit: the child's contract with this much for food."""
    mine = own(number)
    Contract.update(child=child).where(Contract.number == number).execute()
    if kop:
        post(top_up(mine[Purpose.MEAL], kop), now=NOW)
    return mine


def at_once(database: Database, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each in a thread of its own, all let go together."""
    barrier, said = threading.Barrier(len(acts)), []

    def run(one: Callable[[], Any]) -> None:
        barrier.wait()
        said.append(database.write_sync(one))

    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def lesson(key: str = "f1", **more: Any) -> lessons.Lesson:
    base = lessons.Lesson(
        key=key, school=SCHOOL, service="chess", group="Группа 1", day=NOW.date(), actor="teacher", present=(CHILD,),
        price=Dish(item="chess", title="Шахматы", kop=30_000, version="services@2026-09-01"), agreed=frozenset({CHILD}),
    )  # fmt: skip
    return replace(base, **more)
