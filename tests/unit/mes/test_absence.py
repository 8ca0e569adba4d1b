"""Days that a parent tells МЭШ: the list of them, one sending, a day that spoils the list, and who may not tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from connectors.kit.absences import AbsencePort, AbsenceReason, AbsentDay, DayState
from connectors.kit.calls import FORCED
from connectors.kit.errors import AccessDenied, Drifted, RateLimited, Rejected, Unavailable
from tests.unit.mes.stub import FAMILY, PROFILE, STUDENT, Bench, answered, child, refused

PATH = f"{FAMILY}/attendance"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def row(day: date, **changes: Any) -> dict[str, Any]:
    made = {"date": day.isoformat(), "summary": "Сообщено об отсутствии", "notified": True, "lessons": [], "is_system": False}
    return made | {"description": "Температура", "reason_id": 6, "parent_profile_id": PROFILE} | changes


def listing(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"days_count": 0, "year_description": "2026/2027", "attendance": list(rows)}


@pytest.fixture(params=["bench", "region"])
def node(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Moscow and the region: the same calls."""
    found: Bench = request.getfixturevalue(request.param)
    found.show()
    assert isinstance(found.port, AbsencePort)
    live = FORCED.set(True)
    yield found
    FORCED.reset(live)


def port(bench: Bench) -> AbsencePort:
    assert isinstance(bench.port, AbsencePort)
    return bench.port


def asked(bench: Bench) -> list[tuple[str, list[str]]]:
    """Method and days of each change."""
    changes = [one for one in bench.stub.to("attendance") if one.method != "GET"]
    return [(one.method, [day["date"] for day in json.loads(one.content)["notifications"]]) for one in changes]


class Platform:
    """Takes lists whole or not at all, as the platform does; `bad` days spoil them."""

    def __init__(self, *bad: date) -> None:
        self.bad = {day.isoformat() for day in bad}
        self.told: dict[str, dict[str, Any]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        rows = json.loads(request.content)["notifications"] if request.content else []
        if self.bad & {one["date"] for one in rows}:
            return refused(400, "bad_request", "date")(request)
        for one in rows:
            if request.method == "POST":
                self.told[one["date"]] = row(date.fromisoformat(one["date"]), **one)
            else:
                self.told.pop(one["date"], None)
        return answered(200, listing(*self.told.values()))(request)


@pytest.mark.feature("F176")
async def test_told_days_are_listed_and_days_missed_without_a_word_are_not(node: Bench) -> None:
    other = row(TUESDAY, parent_profile_id=9002, reason_id=8, description=None)
    node.stub.answers[PATH] = listing(row(MONDAY, description="<b>Температура</b>"), other, row(WEDNESDAY, notified=False))
    found = await port(node).absent_days(await node.access(), child())
    assert found == (
        AbsentDay(day=MONDAY, state=DayState.SENT, reason="болезнь", comment="Температура", is_own=True),
        AbsentDay(day=TUESDAY, state=DayState.SENT, reason="соревнования", is_own=False),
    )
    assert node.stub.params("attendance") == [{"student_id": str(STUDENT)}]


@pytest.mark.parametrize(
    ("reason", "number"),
    [
        (AbsenceReason.ILL, 6), (AbsenceReason.DOCTOR, 6), (AbsenceReason.FAMILY, 2), (AbsenceReason.EVENT, 8), (AbsenceReason.OTHER, 2),
    ],
)  # fmt: skip
async def test_each_reason_has_the_platforms_number(node: Bench, reason: AbsenceReason, number: int) -> None:
    node.stub.answers[PATH] = listing(row(MONDAY))
    await port(node).announce(await node.access(), child(), (MONDAY,), reason=reason, comment="Температура")
    (sent,) = node.stub.to("attendance")
    told = {"date": "2026-11-23", "reason_id": number, "description": "Температура"}
    assert (sent.method, json.loads(sent.content)) == ("POST", {"student_id": STUDENT, "notifications": [told]})


async def test_days_are_told_and_taken_back(node: Bench) -> None:
    node.stub.answers[PATH] = Platform()
    access = await node.access()
    taken = await port(node).announce(access, child(), (MONDAY, TUESDAY), reason=AbsenceReason.ILL)
    assert [one.day for one in taken] == [MONDAY, TUESDAY]
    left = await port(node).withdraw(access, child(), (MONDAY,))
    assert [one.day for one in left] == [TUESDAY]
    assert asked(node) == [("POST", ["2026-11-23", "2026-11-24"]), ("DELETE", ["2026-11-23"])]


async def test_a_day_that_spoils_the_list_leaves_the_others_told(node: Bench) -> None:
    node.stub.answers[PATH] = Platform(MONDAY)
    taken = await port(node).announce(await node.access(), child(), (MONDAY, TUESDAY, WEDNESDAY), reason=AbsenceReason.ILL)
    assert [one.day for one in taken] == [TUESDAY, WEDNESDAY]


async def test_where_every_day_is_refused_few_are_asked_for(node: Bench) -> None:
    days = tuple(date(2026, 12, day) for day in range(1, 31))
    node.stub.answers[PATH] = Platform(*days)
    with pytest.raises(Rejected):
        await port(node).announce(await node.access(), child(), days, reason=AbsenceReason.ILL)
    assert len(asked(node)) < 10


async def test_a_long_absence_goes_in_parts(node: Bench) -> None:
    node.stub.answers[PATH] = Platform()
    days = tuple(date.fromordinal(MONDAY.toordinal() + shift) for shift in range(61))
    taken = await port(node).announce(await node.access(), child(), days, reason=AbsenceReason.FAMILY)
    assert [one.day for one in taken] == list(days)
    assert [len(part) for _, part in asked(node)] == [31, 30]


async def test_a_pupil_tells_nothing(node: Bench) -> None:
    node.stub.answers["acl/api/users/profile_info"] = [{"id": PROFILE, "type": "student"}]
    access = await node.access()
    for turn in (
        port(node).announce(access, child(), (MONDAY,), reason=AbsenceReason.ILL),
        port(node).withdraw(access, child(), (MONDAY,)),
    ):
        with pytest.raises(AccessDenied) as told:
            await turn
        assert told.value.text
    assert asked(node) == []


async def test_another_familys_child_is_refused_before_anything_is_sent(node: Bench) -> None:
    with pytest.raises(AccessDenied):
        await port(node).announce(await node.access(), child(key=999), (MONDAY,), reason=AbsenceReason.ILL)
    assert node.stub.to("attendance") == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answered(503), Unavailable), (answered(429, {"type": "too_many_requests"}, Retry_After="60"), RateLimited),
        (answered(502, b"<html></html>"), Unavailable), (answered(200, b"not json"), Drifted), (answered(200, b""), Drifted),
        (answered(200, {"attendance": [{"notified": True}]}), Drifted), (refused(403, "role_mismatch"), AccessDenied),
    ],
    ids=["503", "429", "html", "garbage", "empty", "renamed", "role"],
)  # fmt: skip
async def test_a_sending_that_failed_is_not_repeated(node: Bench, answer: Any, expected: type[Exception]) -> None:
    access = await node.access()
    node.stub.answers[PATH] = answer
    for turn in ("POST", "DELETE"):
        node.stub.asked.clear()
        with pytest.raises(expected):
            if turn == "POST":
                await port(node).announce(access, child(), (MONDAY, TUESDAY), reason=AbsenceReason.ILL)
            else:
                await port(node).withdraw(access, child(), (MONDAY, TUESDAY))
        assert [method for method, _ in asked(node)] == [turn]
