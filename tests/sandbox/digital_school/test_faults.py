"""Faults in the cabinet's own envelope."""

from __future__ import annotations

import pytest

from sandbox.digital_school.wire.errors import ERRORS
from tests.sandbox.digital_school.cabinet import Family, code
from tests.sandbox.stand import Stand


@pytest.fixture
def family(cabinet: Stand) -> Family:
    return Family(cabinet)


async def test_the_rate_limit_is_429_with_retry_after(family: Family) -> None:
    await family.knock()
    await family.stand.fault("rate_limit", value=7)
    answer = await family.ask("children")
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (429, "E-429", "7")


async def test_an_expired_sign_in_refuses_sessions_sign_in_and_activation(family: Family) -> None:
    await family.knock()
    await family.stand.fault("auth_expired")
    assert code(await family.ask("children")) == "E-110"
    assert code(await family.knock()) == "E-101"
    assert code(await family.activate()) == "E-101"


@pytest.mark.parametrize("value", sorted(ERRORS))
async def test_an_error_fault_answers_its_code(family: Family, value: str) -> None:
    await family.knock()
    await family.stand.fault("error", value=value)
    answer = await family.ask("children")
    assert (answer.status_code, code(answer)) == (ERRORS[value][0], value)


@pytest.mark.parametrize(
    "path", ["children", "diary", "timetable", "attendance", "finals", "meals", "library", "finance", "announcements", "info"]
)
async def test_drift_changes_every_answer_with_data(family: Family, path: str) -> None:
    query = {"from": "01.11.2026", "to": "21.11.2026"} if path in {"diary", "attendance"} else {}
    before = await family.ask(path, **query)
    await family.stand.fault("drift")
    after = await family.ask(path, **query)
    assert (after.status_code, before.json() != after.json()) == (200, True)
