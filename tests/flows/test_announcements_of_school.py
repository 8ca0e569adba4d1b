"""The school announces to everybody or to one class, and the families of it read that on their pages (F009, RULES B6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import signed
from tests.flows.roster_kit import press
from tests.flows.test_desk_pages import text
from tests.flows.test_office_staff import named

BOARD = "/api/v1/office/announcements"
SAID = {"title": "Собрание", "text": "В среду в 18:00,\nактовый зал.", "until": "2026-11-25"}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def say(officer: Browser, **changes: str) -> dict[str, Any]:
    answer = await officer.send("POST", BOARD, json=SAID | changes)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def read(desk: Desk, browser: Browser | None = None) -> list[str]:
    answer = await (browser or desk.anna).get(f"/api/v1/children/{desk.petya}/school-announcements")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return [str(one["title"]) for one in (await answer.get_json())["items"]]


@pytest.mark.feature("F009")
async def test_a_family_reads_on_its_first_page_what_the_school_and_the_class_announce(desk: Desk) -> None:
    await say(desk.nina)
    desk.hub.clock.go(minutes=1)
    await say(desk.nina, title="Шестому А", **{"class": "6 «а»"})
    page = await text(desk.anna, "/")
    assert "Собрание" in page and "Шестому А" in page and "актовый зал" in page
    assert await read(desk) == ["Шестому А", "Собрание"]
    beside = await text(desk.anna, f"/children/{desk.petya}/announcements")
    assert "От школы" in beside and "источник: канцелярия школы" in beside
    answer = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/school-announcements")).get_json()
    one = answer["items"][0]
    assert (one["source"]["system"], one["class"], one["child"], one["until"]) == ("school", "6А", desk.petya, "2026-11-25")


async def test_another_class_and_another_school_read_nothing_of_it(desk: Desk) -> None:
    other = {"last_name": "Ким", "first_name": "Ян", "birth_date": "2014-02-03", "class": "7Б"}
    assert (await desk.nina.send("POST", "/api/v1/office/pupils", json=other)).status_code == 201
    await say(desk.nina, **{"class": "7Б"})
    await say(desk.oleg)
    assert await read(desk) == []
    stranger = await desk.father()
    await desk.restrict(await desk.person(stranger))
    assert (await stranger.get(f"/api/v1/children/{desk.petya}/school-announcements")).status_code in (401, 403, 404)


async def test_it_ends_with_its_last_day_in_the_schools_own_zone(desk: Desk) -> None:
    await say(desk.nina, until="2026-11-18")
    assert await read(desk) == ["Собрание"]
    desk.hub.clock.go(hours=9, minutes=1)  # midnight at Omsk is 18:00 UTC
    anna = await signed(desk.hub, "anna")
    assert await read(desk, anna) == []
    office = await signed(desk.hub, "nina")
    assert [one["state"] for one in (await (await office.get(BOARD)).get_json())["items"]] == ["over"]


async def test_it_is_corrected_and_withdrawn_and_then_stays_so(desk: Desk) -> None:
    made = await say(desk.nina)
    path = f"{BOARD}/{made['id']}"
    assert (await desk.rita.send("PUT", path, json=SAID | {"title": "Собрание перенесли"})).status_code == 200
    assert await read(desk) == ["Собрание перенесли"]
    assert "исправлено" in await text(desk.nina, "/office/announcements")
    for _ in range(2):
        gone = await desk.nina.send("DELETE", path)
        assert (gone.status_code, (await gone.get_json())["state"]) == (200, "withdrawn")
    assert await read(desk) == []
    assert (await desk.nina.send("PUT", path, json=SAID)).status_code == 409
    for method in ("PUT", "DELETE"):
        assert (await desk.oleg.send(method, path, json=SAID)).status_code == 404
        assert (await desk.nina.send(method, f"{BOARD}/nothing", json=SAID)).status_code == 404


@pytest.mark.rule("B6")
async def test_a_class_teacher_announces_to_the_own_class_alone(desk: Desk) -> None:
    lev = await named(desk, "class_teacher")
    await say(desk.nina)
    mine = await say(lev, **{"class": "6А"})
    for klass in ("", "7Б"):
        assert (await lev.send("POST", BOARD, json=SAID | {"class": klass})).status_code == 404
    found = await (await lev.get(BOARD)).get_json()
    assert (len(found["items"]), found["classes"], found["whole_school"]) == (2, ["6А"], False)
    assert [one["may_change"] for one in found["items"]].count(True) == 1
    of_school = next(one["id"] for one in found["items"] if one["id"] != mine["id"])
    assert (await lev.send("DELETE", f"{BOARD}/{of_school}")).status_code == 404
    meals = await named(desk, "meals_officer", code="olga", number=155000061)
    assert (await meals.get(BOARD)).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "}, {"text": "\n"}, {"title": "Я" * 121}, {"text": "Я" * 4001}, {"until": "2026-11-17"}, {"until": "2028-01-01"},
        {"until": "завтра"}, {"class": "9Я"},
    ],
)  # fmt: skip
async def test_a_wrong_announcement_is_refused_in_words(desk: Desk, wrong: dict[str, str]) -> None:
    answer = await desk.nina.send("POST", BOARD, json=SAID | wrong)
    assert answer.status_code in (400, 404, 422)
    assert (await (await desk.nina.get(BOARD)).get_json())["items"] == []


async def test_the_same_form_or_key_twice_announces_once(desk: Desk) -> None:
    for _ in range(2):
        answer = await desk.nina.send("POST", BOARD, json=SAID, **{"Idempotency-Key": "k1"})
        assert answer.status_code == 201
    first = await press(desk.nina, "/office/announcements", run="r" * 16, **SAID)
    again = await press(desk.nina, "/office/announcements", run="r" * 16, **SAID)
    assert (first.status_code, again.status_code) == (303, 400)
    assert "уже опубликовано" in await again.get_data(as_text=True)
    assert len((await (await desk.nina.get(BOARD)).get_json())["items"]) == 2


async def test_what_was_typed_stays_and_hostile_words_stay_words(desk: Desk) -> None:
    wrong = await press(desk.nina, "/office/announcements", **SAID | {"title": "<b>Ура</b>", "until": ""})
    body = await wrong.get_data(as_text=True)
    assert (wrong.status_code, "&lt;b&gt;Ура" in body, "<b>Ура" in body) == (400, True, False)
    made = await say(desk.nina, title="<script>1</script>")
    assert "<script>1" not in await text(desk.anna, "/")
    kept = await desk.hub.rows("SELECT title, text FROM school_announcement")
    assert "script" not in str(kept), "sealed at rest"
    changed = await press(desk.nina, f"/office/announcements/{made['id']}", **SAID | {"text": ""})
    assert changed.status_code == 400
