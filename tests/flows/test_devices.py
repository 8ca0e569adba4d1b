"""Known browsers, «Это не я», the installed app that stays, and what ends with a session (RULES A10, A16)."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.flows import follow_notices as story
from hub.flows.follow_notices import follow_notices
from hub.flows.recognise import recognise
from identity.claims import Contact
from identity.errors import NotFound
from identity.model import PersonId
from identity.store import hold_change, take_change
from tests.flows.kit import Browser, Hub, parent
from tests.flows.vk import PHONE as PHONE_OF_ANNA
from tests.flows.vk import plug_in

PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36"


async def kinds(browser: Browser) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


async def devices(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await browser.get("/api/v1/me/devices")).get_json())["items"]
    return found


async def elsewhere(browser: Browser) -> str:
    found: str = next(one["id"] for one in await devices(browser) if not one["current"])
    return found


async def test_the_first_browser_is_no_surprise_and_a_second_one_is_told(hub: Hub) -> None:
    home, strange = hub.browser(), hub.browser(PHONE)
    await home.sign_in()
    await home.sign_in()
    assert await kinds(home) == []
    await strange.sign_in()
    (notice,) = (await (await home.get("/api/v1/me/notices")).get_json())["items"]
    assert (notice["kind"], "Chrome, Android" in notice["text"]) == ("new_device", True)
    assert notice["href"] == f"/family/devices#s-{await elsewhere(home)}"
    await strange.sign_in()
    assert await kinds(home) == ["new_device"], "known from now on"


async def test_one_browser_of_two_people_is_told_to_each_and_names_neither(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    shared, own = hub.browser(), hub.browser(PHONE)
    await shared.sign_in()
    await own.sign_in("boris")
    await shared.sign_in("boris")
    assert await kinds(own) == ["new_device"]
    cookie = shared.cookie("hub-device")
    assert len(cookie) >= 32 and cookie not in str(await hub.rows("SELECT * FROM known_device"))
    assert len({id_ for (id_,) in await hub.rows("SELECT id FROM known_device")}) == 3


async def test_a_forged_device_cookie_is_just_a_new_browser(hub: Hub) -> None:
    home = hub.browser()
    await home.sign_in()
    strange = hub.browser(PHONE)
    strange.client.set_cookie("localhost", "hub-device", "x' OR '1'='1")
    await strange.sign_in()
    assert await kinds(home) == ["new_device"]


async def test_not_me_ends_that_session_and_nothing_else(hub: Hub) -> None:
    home, third, strange = hub.browser(), hub.browser(), hub.browser(PHONE)
    await home.sign_in()
    await third.sign_in()
    await home.link()
    await strange.sign_in()
    session = next(one["id"] for one in await devices(home) if one["label"] == "Chrome, Android")
    assert (await home.send("POST", f"/api/v1/me/devices/{session}/not-me")).status_code == 204
    assert (await strange.get("/api/v1/me")).status_code == 401
    assert (await third.get("/api/v1/me")).status_code == 200
    links = {one["system"]: one["state"] for one in (await (await home.get("/api/v1/links")).get_json())["items"]}
    assert links == {"esia": "active", "dnevnik": "active"}
    before = len(await kinds(home))
    await strange.sign_in()
    assert len(await kinds(home)) == before + 1, "that browser is new again"


async def test_not_me_of_a_foreign_or_the_own_session_does_nothing(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    anna, boris = hub.browser(), hub.browser()
    await anna.sign_in()
    await boris.sign_in("boris")
    (mine,) = await devices(anna)
    for browser in (anna, boris):
        assert (await browser.send("POST", f"/api/v1/me/devices/{mine['id']}/not-me")).status_code == 404
    assert (await anna.get("/api/v1/me")).status_code == 200


async def test_the_page_of_devices_has_both_ways_out(hub: Hub) -> None:
    home, strange = hub.browser(), hub.browser(PHONE)
    await home.sign_in()
    await strange.sign_in()
    page = await (await home.get("/family/devices", Accept="text/html")).get_data(as_text=True)
    session = await elsewhere(home)
    assert f'action="/family/devices/{session}/not-me"' in page and "Chrome, Android" in page
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    answer = await home.client.post(f"/family/devices/{session}/not-me", form={"csrf_token": home.csrf}, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/family/devices")
    assert (await strange.get("/api/v1/me")).status_code == 401


@pytest.mark.security("27")
@pytest.mark.feature("F060")
@pytest.mark.feature("F059")
async def test_the_installed_app_stays_signed_in_and_is_named_in_the_list(hub: Hub) -> None:
    app = hub.browser(PHONE)
    await app.sign_in()
    old = app.cookie("hub")
    answer = await app.send("POST", "/api/v1/me/devices/stay")
    assert answer.status_code == 200 and app.cookie("hub") != old, "the token changes with the term"
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    (one,) = await devices(app)
    assert (one["label"], one["app"]) == ("Приложение: Chrome, Android", True)
    for _ in range(6):
        hub.clock.go(days=59)
        hub.deps.memory.visitors.clear()
        assert (await app.get("/api/v1/me")).status_code == 200
    hub.clock.go(days=12)
    hub.deps.memory.visitors.clear()
    assert (await app.get("/api/v1/me")).status_code == 401, "a year is the most"


@pytest.mark.feature("F060")
async def test_an_app_that_nobody_opens_for_two_months_signs_out(hub: Hub) -> None:
    app = hub.browser(PHONE)
    await app.sign_in()
    await app.send("POST", "/api/v1/me/devices/stay")
    hub.clock.go(days=60, minutes=1)
    hub.deps.memory.visitors.clear()
    assert (await app.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A16")
async def test_staying_needs_a_fresh_sign_in_and_makes_no_act_fresh(hub: Hub) -> None:
    app = hub.browser(PHONE)
    await app.sign_in()
    hub.clock.go(minutes=6)
    assert (await app.send("POST", "/api/v1/me/devices/stay")).status_code == 403
    await app.sign_in()
    assert (await app.send("POST", "/api/v1/me/devices/stay")).status_code == 200
    hub.clock.go(minutes=6)
    hub.deps.memory.visitors.clear()
    assert (await app.get("/export/mine.json")).status_code == 403


@pytest.mark.feature("F060")
async def test_signing_in_anew_for_an_act_leaves_the_app_its_long_session(hub: Hub) -> None:
    app = hub.browser(PHONE)
    await app.sign_in()
    await app.send("POST", "/api/v1/me/devices/stay")
    hub.clock.go(days=20)
    hub.deps.memory.visitors.clear()
    await app.sign_in()
    (one,) = await devices(app)
    assert (one["app"], one["label"]) == (True, "Приложение: Chrome, Android")


async def test_another_person_who_signs_in_there_gets_an_ordinary_session(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    app = hub.browser(PHONE)
    await app.sign_in()
    await app.send("POST", "/api/v1/me/devices/stay")
    await app.sign_in("boris")
    (one,) = await devices(app)
    assert one["app"] is False


async def test_the_app_is_asked_to_stay_on_its_first_page_only(hub: Hub) -> None:
    browser = hub.browser(PHONE)
    assert "/auth/esia/start?next=%2F%3Fapp%3D1" in await (await browser.get("/?app=1", Accept="text/html")).get_data(as_text=True)
    await browser.sign_in()
    assert "Оставаться в приложении" in await (await browser.get("/?app=1", Accept="text/html")).get_data(as_text=True)
    assert "Оставаться в приложении" not in await (await browser.get("/", Accept="text/html")).get_data(as_text=True)
    await browser.send("POST", "/api/v1/me/devices/stay")
    assert "Оставаться в приложении" not in await (await browser.get("/?app=1", Accept="text/html")).get_data(as_text=True)


async def _hold(hub: Hub, browser: Browser) -> tuple[PersonId, str, str]:
    """A change that waits for its code, begun in this browser's session."""
    visitor = await recognise(hub.deps, browser.cookie("hub"))
    assert visitor is not None
    who = PersonId(visitor.person)
    held = await hub.deps.db.write(
        lambda: hold_change(hub.deps.keys, who, session=visitor.session, kind="phone", value="+79160000000", now=hub.clock())
    )
    return who, visitor.session, held.id


@pytest.mark.security("24")
@pytest.mark.parametrize("end", ["sign_out", "end_device", "end_others", "not_me", "leave"])
async def test_a_change_that_waits_dies_with_the_session_that_began_it(hub: Hub, end: str) -> None:
    thief, owner = hub.browser(PHONE), hub.browser()
    await thief.sign_in()
    await owner.sign_in()
    who, session, change = await _hold(hub, thief)
    ends = {
        "sign_out": lambda: thief.send("POST", "/auth/logout"),
        "end_device": lambda: owner.send("DELETE", f"/api/v1/me/devices/{session}"),
        "end_others": lambda: owner.send("DELETE", "/api/v1/me/devices"),
        "not_me": lambda: owner.send("POST", f"/api/v1/me/devices/{session}/not-me"),
        "leave": lambda: owner.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"}),
    }
    assert (await ends[end]()).status_code in (204, 303)
    with pytest.raises(NotFound):
        await hub.deps.db.write(lambda: take_change(hub.deps.keys, who, change, session=session, now=hub.clock()))


@pytest.mark.security("24")
async def test_a_change_that_waits_dies_when_another_sign_in_is_bound(hub: Hub) -> None:
    plug_in(hub)
    hub.esia.claims["anna"] = parent(phones=(Contact(value=PHONE_OF_ANNA, verified=True),))
    browser = hub.browser()
    me = (await browser.sign_in())["person"]["id"]
    who, session, change = await _hold(hub, browser)
    asked = await browser.send("POST", "/api/v1/links/vkid", json={"person": me, "role": "parent"})
    state = parse_qs(urlsplit((await asked.get_json())["authorize_url"]).query)["state"][0]
    assert (await browser.back(state, "anna", "vkid")).status_code == 303
    assert "vkid" in {one["system"] for one in (await (await browser.get("/api/v1/links")).get_json())["items"]}
    with pytest.raises(NotFound):
        await hub.deps.db.write(lambda: take_change(hub.deps.keys, who, change, session=session, now=hub.clock()))


@pytest.mark.security("24")
async def test_a_change_that_waits_is_confirmed_by_no_other_session(hub: Hub) -> None:
    thief, owner = hub.browser(PHONE), hub.browser()
    await thief.sign_in()
    await owner.sign_in()
    who, session, change = await _hold(hub, thief)
    other = await recognise(hub.deps, owner.cookie("hub"))
    assert other is not None
    with pytest.raises(NotFound):
        await hub.deps.db.write(lambda: take_change(hub.deps.keys, who, change, session=other.session, now=hub.clock()))
    taken = await hub.deps.db.write(lambda: take_change(hub.deps.keys, who, change, session=session, now=hub.clock()))
    assert taken.value == "+79160000000"


@pytest.mark.parametrize("end", ["sign_out", "not_me", "leave"])
async def test_the_end_of_a_session_closes_its_open_page(hub: Hub, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(story, "POLL_S", 0.001)
    watched, owner = hub.browser(PHONE), hub.browser()
    await watched.sign_in()
    await owner.sign_in()
    token = watched.cookie("hub")
    visitor = await recognise(hub.deps, token)
    assert visitor is not None
    stream = await follow_notices(hub.deps, visitor, after=None)
    if end == "sign_out":
        await watched.send("POST", "/auth/logout")
    elif end == "not_me":
        await owner.send("POST", f"/api/v1/me/devices/{visitor.session}/not-me")
    else:
        await owner.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})
    assert [one async for one in stream][-1] is None
    assert hub.deps.memory.streams[visitor.person] == 0


async def test_many_sign_ins_at_once_from_a_new_browser_are_told_and_harm_nothing(hub: Hub) -> None:
    home, strange = hub.browser(), hub.browser(PHONE)
    await home.sign_in()
    states = [await strange.leave() for _ in range(5)]
    answers = await asyncio.gather(*(strange.back(state, "anna") for state in states))
    assert {one.status_code for one in answers} == {303}
    assert set(await kinds(home)) == {"new_device"}


async def test_a_pupils_new_device_is_told_to_the_parent_who_can_do_something(hub: Hub) -> None:
    mother = hub.browser()
    child = (await mother.sign_in())["children"][0]["id"]
    made = await (await mother.send("POST", f"/api/v1/children/{child}/login", json={})).get_json()
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    for browser, told in ((hub.browser(), 0), (hub.browser(PHONE), 1)):
        form = {"login": made["login"], "password": made["password"]}
        answer = await browser.client.post("/pupil", form=form, headers={**headers, "User-Agent": browser.agent})
        assert answer.status_code == 303 and len(browser.cookie("hub-device")) >= 32
        assert (await kinds(mother)).count("pupil_new_device") == told
