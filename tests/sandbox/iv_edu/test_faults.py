"""Faults in the cabinet's own words."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from sandbox.iv_edu.state import State
from sandbox.iv_edu.wire.errors import ERRORS, CabinetError
from tests.sandbox.stand import NOW, Stand


async def signed_in(cabinet: Stand) -> dict[str, str]:
    answer = await cabinet.http.post("/iv-edu/cab/auth", json=cabinet.account())
    return {"X-Cab-Session": answer.json()["session"]}


async def me(cabinet: Stand, headers: dict[str, str]) -> httpx.Response:
    return await cabinet.http.get("/iv-edu/cab/api/v1/me", headers=headers)


async def test_the_rate_limit_is_429_with_retry_after(cabinet: Stand) -> None:
    await cabinet.fault("rate_limit", value=7)
    answer = await me(cabinet, {})
    assert (answer.status_code, answer.json()["error"]["code"], answer.headers["retry-after"]) == (429, "too_many", "7")


async def test_an_expired_sign_in_refuses_sessions_and_sign_in(cabinet: Stand) -> None:
    headers = await signed_in(cabinet)
    await cabinet.fault("auth_expired")
    assert (await me(cabinet, headers)).json()["error"]["code"] == "session_ended"
    assert (await cabinet.http.post("/iv-edu/cab/auth", json=cabinet.account())).json()["error"]["code"] == "wrong_pair"


@pytest.mark.parametrize("code", sorted(ERRORS))
async def test_an_error_fault_answers_its_code(cabinet: Stand, code: str) -> None:
    await cabinet.fault("error", value=code)
    answer = await me(cabinet, {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (ERRORS[code][0], code)


async def test_an_unknown_error_is_a_failure(cabinet: Stand) -> None:
    await cabinet.fault("error", value="E-101")
    assert (await me(cabinet, {})).json()["error"]["code"] == "failure"


@pytest.mark.parametrize(
    "path",
    [
        "me",
        "diary?week=2026-W47",
        "diary/finals",
        "diary/year",
        "diary/monitoring",
        "diary/calendar",
        "gate",
        "meals",
        "services",
        "announcements",
    ],
)
async def test_drift_changes_every_answer_with_data(cabinet: Stand, path: str) -> None:
    headers = await signed_in(cabinet)
    before = await cabinet.http.get(f"/iv-edu/cab/api/v1/{path}", headers=headers)
    await cabinet.fault("drift")
    after = await cabinet.http.get(f"/iv-edu/cab/api/v1/{path}", headers=headers)
    assert (after.status_code, before.json() != after.json()) == (200, True)


def test_too_many_calls_in_a_minute_wait(cabinet: Stand) -> None:
    state, account = State(), cabinet.account()
    key = state.sign_in(cabinet.town, account["snils"], account["password"], NOW)
    for _ in range(1200):
        state.session(key, NOW)
    with pytest.raises(CabinetError, match="too_many"):
        state.session(key, NOW)
    assert state.session(key, NOW + timedelta(minutes=1)).pupil == cabinet.child.id
