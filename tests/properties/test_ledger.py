"""Whatever families, tills and providers do, the nine invariants of the ledger hold; and each planted fault is caught."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.ledger import model, posting
from hub.ledger.model import Malformed
from hub.ledger.posting import Act, Own
from hub.ledger.store import writing
from hub.ledger.store.heads import Head, Original
from hub.store.database import Database
from tests.properties.ledger_play import ACTS, Caught, Play, Step

EXAMPLES, STEPS = 20, 40
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(1, 20_000), st.integers(0, 29)), min_size=10, max_size=STEPS
)


@pytest.mark.rule("D1")
@pytest.mark.rule("D2")
@pytest.mark.rule("D3")
@pytest.mark.feature("F027")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
def test_the_invariants_hold_whatever_is_done(database: Database, played: list[Step]) -> None:
    database.write_sync(lambda: Play(database.engine).steps(played))


def _drop_over_reversal(monkeypatch: pytest.MonkeyPatch, _engine: peewee.Database) -> None:
    monkeypatch.setattr(Original, "take_back", lambda self, legs: None)


def _drop_floor(monkeypatch: pytest.MonkeyPatch, _engine: peewee.Database) -> None:
    monkeypatch.setattr(Head, "available_kop", property(lambda self: 10**12))


def _drop_triggers(_monkeypatch: pytest.MonkeyPatch, engine: peewee.Database) -> None:
    on = "" if isinstance(engine, peewee.SqliteDatabase) else " ON ledger_entry"
    for act in ("update", "delete"):
        engine.execute_sql(f"DROP TRIGGER ledger_entry_no_{act}{on}")  # type: ignore[no-untyped-call]  # peewee's stub


def _drop_look_up(monkeypatch: pytest.MonkeyPatch, _engine: peewee.Database) -> None:
    monkeypatch.setattr(writing, "_known", lambda postings, but=frozenset(): {})


def _drop_balance_of_the_fee(monkeypatch: pytest.MonkeyPatch, _engine: peewee.Database) -> None:
    real = posting.top_up

    def unbalanced(act: Act, to: Own, *, provider: str, amount_kop: int, fee_kop: int = 0) -> model.Posting:
        made = real(act, to, provider=provider, amount_kop=amount_kop, fee_kop=fee_kop)
        object.__setattr__(made, "legs", made.legs[:2])
        return made

    monkeypatch.setattr(posting, "top_up", unbalanced)


def _drop_unique(_monkeypatch: pytest.MonkeyPatch, engine: peewee.Database) -> None:
    found = [index for index in engine.get_indexes("ledger_txn") if index.unique and tuple(index.columns) == ("scope", "key")]
    for index in found:
        engine.execute_sql(f"DROP INDEX {index.name}")  # type: ignore[no-untyped-call]  # peewee's stub


FAULTS: dict[str, Callable[[pytest.MonkeyPatch, peewee.Database], None]] = {
    "more is taken back than was given": _drop_over_reversal,
    "no floor": _drop_floor,
    "no trigger": _drop_triggers,
    "no look-up of the key": _drop_look_up,
    "the fee is not balanced": _drop_balance_of_the_fee,
    "no unique index": _drop_unique,
}

# Who catches it, where it is not the auditor: the posting itself, or the database at the first statement.
BY: dict[str, type[Exception]] = {"the fee is not balanced": Malformed, "no unique index": peewee.PeeweeException}


def _random_steps(seed: int) -> list[Step]:
    dice = random.Random(seed)
    return [(dice.choice(ACTS), dice.randrange(2), dice.randint(1, 20_000), dice.randrange(30)) for _ in range(150)]


@pytest.mark.rule("D1")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(database: Database, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The unit is undone with its error, dropped triggers and indexes too."""

    def unit() -> None:
        play = Play(database.engine)
        FAULTS[fault](monkeypatch, database.engine)
        play.steps(_random_steps(7))

    with pytest.raises((Caught, Malformed, peewee.PeeweeException)) as found:
        database.write_sync(unit)
    monkeypatch.undo()
    assert isinstance(found.value, BY.get(fault, Caught)), found.value
    _sound(database)


def _sound(database: Database) -> Any:
    database.write_sync(lambda: Play(database.engine).steps(_random_steps(7)))
