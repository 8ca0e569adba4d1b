"""What a process counts of an outside system: calls, failures, speed, drift paths without personal words."""

from __future__ import annotations

import logging

import pytest

from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.health import BUCKET_S, KEPT_BUCKETS, SPENT, HealthBook, Spell, SystemHealth, path_of, quantile_ms

START = 1_800_000_000.0 - 1_800_000_000.0 % BUCKET_S


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> SystemHealth:
    return SystemHealth("dnevnik", clock=clock)


def test_calls_are_counted_by_stretches_of_five_minutes(health: SystemHealth, clock: Clock) -> None:
    health.called(None, 0.02)
    clock.at += BUCKET_S - 1
    health.called("timed_out", 12.0)
    clock.at += 1
    health.called(None, 0.3)
    first, second = health.spells.values()
    assert (first.calls, first.failed, second.calls, second.failed) == (2, 1, 1, 0)
    assert (health.last_success_at, health.last_failure_at) == (START + BUCKET_S, START + BUCKET_S - 1)


def test_the_last_minute_is_a_sliding_one(health: SystemHealth, clock: Clock) -> None:
    for _ in range(5):
        health.called(None, 0.01)
    clock.at += 59
    health.called(None, 0.01)
    assert health.in_the_last_minute() == 6
    clock.at += 1
    assert health.in_the_last_minute() == 1


def test_old_stretches_take_no_memory(health: SystemHealth, clock: Clock) -> None:
    for _ in range(KEPT_BUCKETS + 10):
        health.called(None, 0.01)
        clock.at += BUCKET_S
    assert len(health.spells) == KEPT_BUCKETS
    assert min(health.spells) == START + 10 * BUCKET_S


@pytest.mark.parametrize(
    ("times_ms", "half", "most"),
    [([], None, None), ([5], 10, 10), ([5] * 99 + [900], 10, 10), ([5] * 50 + [900] * 50, 10, 1600), ([90_000], 51_200, 51_200)],
)
def test_the_usual_and_the_slow_call(health: SystemHealth, times_ms: list[int], half: int | None, most: int | None) -> None:
    for took in times_ms:
        health.called(None, took / 1000)
    total = Spell()
    for spell in health.spells.values():
        total.add(spell)
    assert (quantile_ms(total.slots, 0.5), quantile_ms(total.slots, 0.95)) == (half, most)


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("$.marks[3].value", "$.marks[*].value"),
        ("$.students.1234.lessons[12]", "$.students.*.lessons[*]"),
        ("$.Орлова Анна.marks", "$.*.marks"),
        ("/Envelope/Body/Lesson[2]", "/Envelope/Body/Lesson[*]"),
        ("", "$"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_drifts_path_tells_the_format_and_nobody(where: str, path: str) -> None:
    assert path_of(where) == path


def test_a_drift_is_logged_once_a_path_and_kept_with_its_time(health: SystemHealth, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "hub.calls"):
        for number in (1, 2, 3):
            clock.at += 1
            health.refused(Drifted("dnevnik", f"$.marks[{number}].value"))
        health.refused(Drifted("dnevnik", "$.lessons"))
    assert [record.message for record in caplog.records] == ["dnevnik drifted at $.marks[*].value", "dnevnik drifted at $.lessons"]
    assert health.drift == ("$.lessons", clock.at)
    (spell,) = health.spells.values()
    assert spell.kinds == {"drifted": 4}


def test_other_refusals_are_counted_by_kind_and_are_no_drift(health: SystemHealth) -> None:
    health.refused(AuthExpired("dnevnik"))
    (spell,) = health.spells.values()
    assert (spell.kinds, spell.calls, health.drift) == ({"auth_expired": 1}, 0, None)


def test_a_piece_of_work_learns_how_many_calls_it_made(health: SystemHealth) -> None:
    spent = [0]
    token = SPENT.set(spent)
    health.called(None, 0.01)
    health.called("unavailable", 0.01)
    SPENT.reset(token)
    health.called(None, 0.01)
    assert spent == [2]


def test_the_book_keeps_one_record_a_system() -> None:
    book = HealthBook()
    assert book.of("mes") is book.of("mes")
    assert [one.system for one in book.every()] == ["mes"]
