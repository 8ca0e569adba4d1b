"""Sessions: devices, remote sign-out, ends, and writes repeated by key."""

from __future__ import annotations

import pytest

from hub.store import sessions
from tests.flows.kit import Hub

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"


async def test_devices_are_named_and_can_be_ended_from_afar(hub: Hub) -> None:
    home, lost = hub.browser(), hub.browser(FIREFOX)
    await home.sign_in()
    await lost.sign_in()
    items = (await (await home.get("/api/v1/me/devices")).get_json())["items"]
    assert {(one["label"], one["current"]) for one in items} == {("Chrome, Windows", True), ("Firefox, Linux", False)}
    other = next(one["id"] for one in items if not one["current"])
    assert (await lost.get("/api/v1/me")).status_code == 200
    assert (await home.send("DELETE", f"/api/v1/me/devices/{other}")).status_code == 204
    assert (await lost.get("/api/v1/me")).status_code == 401
    assert (await home.get("/api/v1/me")).status_code == 200


async def test_all_other_devices_end_at_once_and_it_is_told(hub: Hub) -> None:
    home, lost = hub.browser(), hub.browser(FIREFOX)
    await home.sign_in()
    await lost.sign_in()
    assert (await home.send("DELETE", "/api/v1/me/devices")).status_code == 204
    assert (await lost.get("/api/v1/me")).status_code == 401
    kinds = [one["kind"] for one in (await (await home.get("/api/v1/me/notices")).get_json())["items"]]
    assert sorted(kinds) == ["new_device", "sessions_ended"]


async def test_a_foreign_device_does_not_exist(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    assert (await browser.send("DELETE", "/api/v1/me/devices/nothing")).status_code == 404


@pytest.mark.security("18")
async def test_signing_out_ends_it_here_and_at_the_provider(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    token = browser.cookie("hub")
    answer = await browser.send("POST", "/auth/logout")
    assert answer.headers["Location"] == "https://esia.test/idp/ext/Logout?redirect_url=http://localhost:8000/"
    assert "https://esia.test" in answer.headers["Content-Security-Policy"], "a form of ours leads there"
    assert (await hub.browser().get("/api/v1/me", Cookie=f"hub={token}")).status_code == 401


async def test_a_session_ends_when_idle_and_at_last(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    for _ in range(4):
        hub.clock.go(days=6)
        hub.deps.memory.visitors.clear()
        assert (await browser.get("/api/v1/me")).status_code == 200
    hub.clock.go(days=6)
    hub.deps.memory.visitors.clear()
    assert (await browser.get("/api/v1/me")).status_code == 401, "thirty days are the most"
    idle = hub.browser()
    await idle.sign_in()
    hub.clock.go(days=7, minutes=1)
    assert (await idle.get("/api/v1/me")).status_code == 401


async def test_tokens_are_kept_as_keyed_hashes(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    dump = str(await hub.rows("SELECT * FROM session"))
    assert browser.cookie("hub") not in dump and browser.csrf not in dump


async def test_old_sessions_are_removed(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    hub.clock.go(days=61)
    assert await hub.deps.db.write(lambda: sessions.remove_old(now=hub.clock())) == 1
    assert await hub.rows("SELECT * FROM session") == []


async def test_a_repeated_write_gets_the_same_answer_and_acts_once(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    body = {"role": "parent"}
    first = await browser.send("POST", "/api/v1/links/dnevnik", json=body, **{"Idempotency-Key": "k1"})
    again = await browser.send("POST", "/api/v1/links/dnevnik", json=body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert await first.get_json() == await again.get_json()
    assert len(await hub.rows("SELECT id FROM link_intent")) == 1
    other = await browser.send("POST", "/api/v1/links/dnevnik", json={"role": "child"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, (await other.get_json())["type"]) == (422, "/problems/repeat_other")
    hub.clock.go(hours=25)
    await browser.sign_in()
    late = await browser.send("POST", "/api/v1/links/dnevnik", json={"role": "child"}, **{"Idempotency-Key": "k1"})
    assert late.status_code == 201


async def test_a_refused_write_may_be_tried_again_with_its_key(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    body = {"role": "parent", "credentials": {"login": "anna", "password": "wrong"}}
    first = await browser.send("POST", "/api/v1/links/dnevnik", json=body, **{"Idempotency-Key": "k1"})
    again = await browser.send("POST", "/api/v1/links/dnevnik", json=body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (422, 422)
    assert (await again.get_json())["type"] == "/problems/wrong_credentials"


async def test_a_key_belongs_to_one_person(hub: Hub) -> None:
    from tests.flows.kit import parent

    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    anna, boris = hub.browser(), hub.browser()
    await anna.sign_in()
    await boris.sign_in("boris")
    ids = set()
    for browser in (anna, boris):
        answer = await browser.send("POST", "/api/v1/links/dnevnik", json={"role": "parent"}, **{"Idempotency-Key": "same"})
        ids.add((await answer.get_json())["intent"])
    assert len(ids) == 2
