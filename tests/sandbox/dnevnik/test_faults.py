"""Faults in the platform's own words, on the API and on the sign-in pages."""

from __future__ import annotations

import pytest

from tests.sandbox.dnevnik.platform_client import CLIENT, Platform


async def test_the_rate_limit_is_429_with_retry_after(fresh: Platform) -> None:
    await fresh.fault("rate_limit", value=7)
    answer = await fresh.ask("users/me")
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (429, "apiRequestLimit", "7")


async def test_the_second_limit_status_is_433(fresh: Platform) -> None:
    await fresh.fault("error", value="apiRequestLimit")
    assert await fresh.refused("users/me") == (433, "apiRequestLimit")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("parameterInvalid", 400), ("authorizationFailed", 401), ("invalidToken", 401), ("authorizationTokenRequired", 401),
        ("authorizationOutOfScope", 403), ("authorizationNotOwner", 403), ("authorizationOwnerForbidden", 403),
        ("authorizationSystemForbidden", 403), ("apiHttpsRequired", 403), ("apiResourceUnavailable", 404), ("apiMethodNotSupported", 405),
        ("apiServerError", 500), ("apiUnknownError", 500), ("invalidRequest", 400), ("somethingNew", 500),
    ],
)  # fmt: skip
async def test_an_error_fault_answers_its_type_in_the_envelope(fresh: Platform, value: str, status: int) -> None:
    await fresh.fault("error", value=value)
    assert await fresh.refused("users/me") == (status, value)


async def test_an_error_fault_without_a_value_is_a_server_error(fresh: Platform) -> None:
    await fresh.fault("error")
    assert await fresh.refused("users/me") == (500, "apiServerError")


async def test_the_error_fault_html_is_the_platforms_page(fresh: Platform) -> None:
    await fresh.fault("error", value="html")
    answer = await fresh.ask("users/me")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html")
    assert '<div class="error__description"><p>' in answer.text


async def test_an_expired_sign_in_refuses_tokens_refresh_and_sign_in(fresh: Platform) -> None:
    await fresh.register()
    tokens = (await fresh.exchange(code=await fresh.code())).json()
    await fresh.fault("auth_expired")
    assert await fresh.refused("users/me") == (401, "invalidToken")
    refresh = await fresh.exchange(grant_type="RefreshToken", refreshToken=tokens["refreshToken"])
    assert (refresh.status_code, refresh.json()["type"]) == (401, "authorizationFailed")
    by_password = await fresh.http.post("/dnevnik/v2/authorizations/bycredentials", json={**CLIENT, "username": "x", "password": "y"})
    assert by_password.json()["type"] == "authorizationFailed"
    fresh.app.sandbox.sign_in_as.choose("dnevnik-login", fresh.parent.id)
    page = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize())
    assert (page.status_code, page.headers["content-type"]) == (403, "text/html")
    assert (await fresh.http.get("/dnevnik-login/login")).status_code == 403


async def test_a_refused_refresh_under_a_fault_does_not_spend_the_token(fresh: Platform) -> None:
    await fresh.register()
    refresh = (await fresh.exchange(code=await fresh.code())).json()["refreshToken"]
    await fresh.fault("auth_expired", times=1)
    assert (await fresh.exchange(grant_type="RefreshToken", refreshToken=refresh)).status_code == 401
    assert (await fresh.exchange(grant_type="RefreshToken", refreshToken=refresh)).status_code == 200


async def test_the_sign_in_pages_say_the_limit_on_a_page(fresh: Platform) -> None:
    await fresh.fault("rate_limit", value=3)
    answer = await fresh.http.get("/dnevnik-login/login")
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["content-type"]) == (429, "3", "text/html")


@pytest.mark.parametrize(
    "address",
    [
        "users/me", "users/me/context", "schools/{school}", "persons/{person}/edu-groups", "edu-groups/{group}/reporting-periods",
        "persons/{person}/groups/{group}/schedules?startDate=2026-11-09&endDate=2026-11-13", "work-types/{school}",
        "persons/{person}/school/{school}/homeworks?startDate=2026-11-09&endDate=2026-11-13", "edu-groups/{group}/subjects",
        "persons/{person}/schools/{school}/marks/2026-11-09/2026-11-13", "persons/{person}/edu-groups/{group}/allfinalmarks",
        "persons/{person}/lesson-log-entries?startDate=2026-09-01&endDate=2026-11-13", "edu-groups/{group}/avg-marks/2026-11-09/2026-11-13",
        "edu-groups/{group}/wa-marks/2026-11-09/2026-11-13", "persons/{person}/group/{group}/recentmarks",
    ],
)  # fmt: skip
async def test_drift_changes_every_answer_with_data(fresh: Platform, address: str) -> None:
    filled = address.format(person=fresh.person, school=fresh.school, group=fresh.group)
    before = await fresh.ask(filled)
    await fresh.fault("drift")
    after = await fresh.ask(filled)
    assert (after.status_code, before.json() != after.json()) == (200, True)


async def test_a_fault_on_the_system_covers_the_sign_in_pages_and_a_path_narrows_it(fresh: Platform) -> None:
    await fresh.fault("error", value="apiServerError", path="/dnevnik/v2/users/*")
    assert (await fresh.ask("users/me")).status_code == 500
    assert (await fresh.ask("schools/person-schools")).status_code == 200
    assert (await fresh.http.get("/dnevnik-login/login")).status_code == 200


async def test_a_reset_forgets_tokens_and_keeps_applications(fresh: Platform) -> None:
    await fresh.register()
    token = (await fresh.exchange(code=await fresh.code())).json()["accessToken"]
    await fresh.control("reset", {})
    assert (await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": token})).json()["type"] == "invalidToken"
    assert (await fresh.exchange(code=await fresh.code())).status_code == 200
