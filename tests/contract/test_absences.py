"""Every diary that takes notices of absence itself: told once, listed as told, taken back, and the eight errors stay typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

import msgspec
import pytest

from connectors.kit.absences import AbsencePort, AbsenceReason, DayState
from connectors.kit.calls import FORCED
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import DiaryAccount
from tests.contract.conftest import sandbox_app
from tests.contract.offering import offering
from tests.contract.stand import NOW, Stand, manifest_of

TODAY = NOW.date()
DAYS = (TODAY + timedelta(days=2), TODAY + timedelta(days=3))
FAULTS: list[tuple[str, Any, type[ConnectorError]]] = [
    ("status", 500, Unavailable),
    ("status", 404, NotFound),
    ("drop", None, Unavailable),
    ("html", 502, Unavailable),
    ("garbage", None, Drifted),
    ("rate_limit", 60, RateLimited),
    ("auth_expired", None, AuthExpired),
    ("drift", None, Drifted),
]


@pytest.fixture(params=offering(AbsencePort))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(diary: Stand) -> AbsencePort:
    return cast(AbsencePort, diary.port)


@pytest.fixture(autouse=True)
def _as_new(name: str) -> Iterator[None]:
    yield
    sandbox_app().systems[manifest_of(name).instance(name).prefixes[0]].reset()


def changes() -> list[str]:
    """The sendings that reached the diary."""
    return [one.method for one in sandbox_app().sandbox.recorder.all() if one.method in ("POST", "DELETE") and "attendance" in one.path]


async def days_of(port: AbsencePort, account: DiaryAccount, child: DiaryChild) -> list[date]:
    return [one.day for one in await port.absent_days(account.access, child)]


@pytest.mark.feature("F176")
async def test_days_are_told_once_listed_as_told_and_taken_back(port: AbsencePort, account: DiaryAccount, child: DiaryChild) -> None:
    assert await days_of(port, account, child) == []
    sandbox_app().sandbox.recorder.clear()
    taken = await port.announce(account.access, child, DAYS, reason=AbsenceReason.ILL, comment="Температура <39>")
    assert changes() == ["POST"]
    assert [(one.day, one.state, one.is_own) for one in taken] == [(day, DayState.SENT, True) for day in DAYS]
    assert all(one.reason and one.comment == "Температура <39>" for one in taken)
    assert await port.absent_days(account.access, child) == taken
    for _ in range(2):
        left = await port.withdraw(account.access, child, DAYS[:1])
        assert [one.day for one in left] == [DAYS[1]]
    assert await days_of(port, account, child) == [DAYS[1]]


@pytest.mark.parametrize("reason", list(AbsenceReason))
async def test_every_reason_finds_a_place(port: AbsencePort, account: DiaryAccount, child: DiaryChild, reason: AbsenceReason) -> None:
    (taken,) = await port.announce(account.access, child, DAYS[:1], reason=reason)
    assert (taken.day, bool(taken.reason), taken.comment) == (DAYS[0], True, "")


async def test_of_several_days_one_that_is_over_is_left_out(port: AbsencePort, account: DiaryAccount, child: DiaryChild) -> None:
    over = TODAY - timedelta(days=1)
    taken = await port.announce(account.access, child, (over, *DAYS), reason=AbsenceReason.FAMILY)
    assert [one.day for one in taken] == list(DAYS)
    with pytest.raises(Rejected):
        await port.announce(account.access, child, (over,), reason=AbsenceReason.FAMILY)


async def test_another_familys_child_is_refused(port: AbsencePort, account: DiaryAccount, child: DiaryChild) -> None:
    foreign = msgspec.structs.replace(child, key="999999999")
    sandbox_app().sandbox.recorder.clear()
    for turn in (
        port.absent_days(account.access, foreign),
        port.announce(account.access, foreign, DAYS, reason=AbsenceReason.ILL),
        port.withdraw(account.access, foreign, DAYS),
    ):
        with pytest.raises((AccessDenied, NotFound)):
            await turn
    assert changes() == []


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
@pytest.mark.parametrize("turn", ["list", "announce", "withdraw"])
async def test_a_fault_becomes_its_error_and_nothing_is_sent_again(
    diary: Stand,
    port: AbsencePort,
    account: DiaryAccount,
    child: DiaryChild,
    turn: str,
    kind: str,
    value: Any,
    expected: type[ConnectorError],
) -> None:
    await port.announce(account.access, child, DAYS, reason=AbsenceReason.ILL)
    sandbox_app().sandbox.recorder.clear()
    await diary.fault(kind, value)
    live = FORCED.set(True)  # as a person asks who does not wait: no long retries
    with pytest.raises(ConnectorError) as told:
        if turn == "list":
            await port.absent_days(account.access, child)
        elif turn == "announce":
            await port.announce(account.access, child, DAYS, reason=AbsenceReason.ILL)
        else:
            await port.withdraw(account.access, child, DAYS[:1])
    assert type(told.value) is expected, told.value
    assert len(changes()) <= 1
    FORCED.reset(live)
    await diary.well()
