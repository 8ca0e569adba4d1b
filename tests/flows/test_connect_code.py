"""The second step of a diary's sign-in: the code that it sent, a few tries, ten minutes, one link."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connectors.kit.errors import Unavailable
from hub.wiring import sealed
from hub.worker import jobs
from tests.flows.connect_kit import PASSWORD_OF_PETYA, SNILS_OF_PETYA, Connecting, connecting
from tests.flows.kit import Browser, Clock, Hub, parent
from tests.flows.vk import by_vk, plug_in, profile

GIVEN = {"login": "79001234567", "password": "secret"}


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    return connecting(hub, clock)


@pytest.fixture
async def anna(found: Connecting) -> Browser:
    browser = found.hub.browser()
    await browser.sign_in()
    return browser


async def begin(browser: Browser) -> dict[str, Any]:
    answer = await browser.send("POST", "/api/v1/links/mes", json={"credentials": GIVEN, "role": "parent"})
    body: dict[str, Any] = await answer.get_json()
    assert (answer.status_code, body["state"]) == (201, "needs_code"), body
    return body


async def enter(browser: Browser, step: str, code: str, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = await browser.send("POST", f"/api/v1/links/{step}/code", json={"code": code}, **headers)
    return answer.status_code, await answer.get_json()


@pytest.mark.rule("A15")
async def test_the_right_code_links_the_account(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    assert (step["sent_to"], step["tries_left"]) == ("в СМС на номер …12", 3)
    items = (await (await anna.get("/api/v1/links")).get_json())["items"]
    assert ("mes", "needs_code") in [(one["system"], one["state"]) for one in items]
    status, body = await enter(anna, step["id"], "135 790")
    assert (status, body["state"]) == (200, "active")
    assert body["id"] in [one["link"] for one in (await anna.me())["children"][0]["diaries"]]
    assert await found.hub.rows("SELECT * FROM link_step") == []
    assert (await enter(anna, step["id"], "135790"))[0] == 404, "a code is good once"


async def test_a_wrong_code_leaves_as_many_tries_as_the_system_says(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    for left in (2, 1):
        status, body = await enter(anna, step["id"], "000000")
        assert (status, body["type"], body["tries_left"]) == (422, "/problems/code_wrong", left)
    status, body = await enter(anna, step["id"], "000000")
    assert (status, body["type"]) == (409, "/problems/code_over")
    assert (await enter(anna, step["id"], "135790"))[0] == 404
    assert found.code.entered == ["000000"] * 3


@pytest.mark.security("29")
async def test_five_tries_are_ours_whatever_the_system_allows(found: Connecting, anna: Browser) -> None:
    found.code.tries = 100
    step = await begin(anna)
    assert step["tries_left"] == 5
    statuses = [(await enter(anna, step["id"], "000000"))[0] for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 409, 404]
    assert len(found.code.entered) == 5


async def test_twenty_tries_at_once_are_counted_one_by_one(found: Connecting, anna: Browser) -> None:
    found.code.tries = 100
    step = await begin(anna)
    await asyncio.gather(*(enter(anna, step["id"], f"{number:06}") for number in range(20)))
    assert len(found.code.entered) <= 5


async def test_two_tabs_with_the_right_code_make_one_link(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    answers = await asyncio.gather(*(enter(anna, step["id"], "135790") for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 404, 404, 404]
    assert len(await found.hub.rows("SELECT id FROM diary_link")) == 1


async def test_a_code_waits_ten_minutes(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    found.hub.clock.go(minutes=10, seconds=1)
    assert (await enter(anna, step["id"], "135790"))[0] == 404
    job = next(one for one in jobs(found.hub.deps) if one.name == "link_steps")
    await job.batch()
    assert await found.hub.rows("SELECT * FROM link_step") == []


async def test_anothers_step_does_not_exist(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    found.hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    boris = found.hub.browser()
    await boris.sign_in("boris")
    assert (await enter(boris, step["id"], "135790"))[0] == 404
    assert (await boris.send("DELETE", f"/api/v1/links/{step['id']}")).status_code == 404
    assert (await boris.get(f"/connect/code/{step['id']}")).status_code == 404
    assert found.code.entered == []


async def test_a_system_that_is_down_costs_no_try(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    found.code.code_fails = Unavailable("mes", "503")
    for _ in range(7):
        assert (await enter(anna, step["id"], "135790"))[0] == 503
    found.code.code_fails = None
    assert (await enter(anna, step["id"], "135790"))[0] == 200


async def test_what_the_step_keeps_is_sealed_and_the_code_is_nowhere(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    await enter(anna, step["id"], "246802")
    dump = str(await found.hub.rows("SELECT * FROM link_step"))
    assert "ltp-of-anna" not in dump and "…12" not in dump and "246802" not in dump and "79001234567" not in dump
    assert {(one.model._meta.table_name, one.column) for one in sealed()} >= {("link_step", "keep"), ("link_step", "sent_to")}, (
        "keys rotate"
    )


async def test_a_step_is_given_up_by_its_owner(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    assert (await anna.send("DELETE", f"/api/v1/links/{step['id']}")).status_code == 204
    assert (await enter(anna, step["id"], "135790"))[0] == 404


async def test_a_code_needs_our_own_page(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    answer = await anna.send("POST", f"/api/v1/links/{step['id']}/code", json={"code": "135790"}, csrf="wrong")
    assert answer.status_code == 403
    answer = await anna.send("POST", f"/api/v1/links/{step['id']}/code", json={"code": "135790"}, origin="https://evil.test")
    assert answer.status_code == 403
    assert found.code.entered == []


async def test_a_repeated_request_gets_the_same_answer_and_enters_the_code_once(found: Connecting, anna: Browser) -> None:
    step = await begin(anna)
    first = await enter(anna, step["id"], "135790", **{"Idempotency-Key": "one"})
    assert await enter(anna, step["id"], "135790", **{"Idempotency-Key": "one"}) == first
    assert len(found.code.entered) == 1


async def test_at_most_three_steps_wait_at_once(found: Connecting, anna: Browser) -> None:
    steps = []
    for _ in range(4):
        steps.append((await begin(anna))["id"])
        found.hub.clock.go(seconds=1)
    assert (await anna.get(f"/connect/code/{steps[0]}")).status_code == 404
    assert len(await found.hub.rows("SELECT id FROM link_step")) == 3


@pytest.mark.parametrize("code", ["", " ", "1" * 100])
async def test_an_empty_or_endless_code_costs_no_try(found: Connecting, anna: Browser, code: str) -> None:
    step = await begin(anna)
    assert (await enter(anna, step["id"], code))[0] == 400
    assert found.code.entered == []


@pytest.mark.rule("A10")
@pytest.mark.security("24")
async def test_the_first_strong_identity_drops_what_was_opened_before_it(found: Connecting) -> None:
    """Whoever sat in the weak account before its owner keeps no password there and no half-done sign-in."""
    plug_in(found.hub).claims["anna"] = profile(auth_time=found.hub.clock())
    browser = found.hub.browser()
    await by_vk(browser)
    await begin(browser)
    given = {"snils": SNILS_OF_PETYA, "password": PASSWORD_OF_PETYA}
    assert (await browser.send("POST", "/api/v1/links/iv-edu", json={"credentials": given})).status_code == 201
    await browser.sign_in()
    assert await found.hub.rows("SELECT id FROM link_step") == []
    assert await found.hub.rows("SELECT id FROM diary_link WHERE system = 'iv-edu'") == []
    states = {one["system"]: one["state"] for one in (await (await browser.get("/api/v1/links")).get_json())["items"]}
    assert states["iv-edu"] == "suspended"
