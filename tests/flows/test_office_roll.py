"""Who leaves a roster, who eats, and answers with a secret that a lost connection took away (RULES A7, A13, B5, B6)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind
from tests.flows.absence_kit import sent
from tests.flows.desk_kit import DOCUMENT, Desk, open_desk
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import OGRN, code_for, enter, redeem
from tests.flows.roster_kit import press
from tests.flows.test_desk_pages import text
from tests.flows.test_office_staff import TEACHER, named

WHY = {"reason": "Приказ № 12, переехали", "left_on": "2026-11-17"}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def leave(desk: Desk, pupil: str, officer: Browser | None = None, changes: dict[str, str] | None = None) -> int:
    answer = await (officer or desk.nina).send("POST", f"/api/v1/office/pupils/{pupil}/leave", json=WHY | (changes or {}))
    return answer.status_code


async def told(browser: Browser, path: str) -> dict[str, Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


@pytest.mark.rule("A13")
async def test_a_pupil_who_leaves_is_off_the_roster_and_stays_in_the_history(desk: Desk) -> None:
    code = await code_for(desk.nina, desk.petya)
    hub, now = desk.hub, desk.hub.clock()
    given = {"child": desk.petya, "school": OGRN, "kind": CarrierKind.CARD, "number": "0012345678", "since": now, "by": "x", "now": now}
    await hub.deps.db.write(lambda: carriers.add(hub.deps.keys, **given))  # type: ignore[arg-type]  # a table of plain values
    assert await leave(desk, desk.petya) == 204
    assert (await told(desk.nina, "/api/v1/office/pupils"))["items"] == []
    left = (await told(desk.rita, "/api/v1/office/left"))["items"]
    assert [(one["name"], one["class"], one["left_on"], one["reason"]) for one in left] == [
        ("Пётр Орлов", "6А", "2026-11-17", "Приказ № 12, переехали")
    ]
    assert "переехали" not in str(await hub.rows("SELECT reason FROM school_left")), "sealed at rest"
    assert await hub.rows("SELECT state FROM carrier") == [("ended",)]
    assert (await redeem(await desk.father(), code, "Орлов", "Пётр")).status_code == 422
    assert await desk.sees(desk.anna), "who sees the child goes on seeing it"
    assert "left_school" in await desk.notices(desk.anna)
    log = await told(desk.anna, f"/api/v1/children/{desk.petya}/access-log")
    assert "card.left" in [one["action"] for one in log["items"]]


@pytest.mark.rule("B5")
async def test_nobody_takes_a_foreign_or_an_own_child_off_and_a_second_try_finds_nobody(desk: Desk) -> None:
    assert await leave(desk, desk.petya, desk.oleg) == 404
    assert await leave(desk, "nobody") == 404
    assert await leave(desk, desk.petya, desk.anna) in (403, 404)
    assert await leave(desk, desk.petya, await named(desk, "class_teacher")) in (403, 404)
    for wrong in ({"reason": " "}, {"left_on": "2026-11-19"}, {"left_on": "1950-01-01"}):
        assert await leave(desk, desk.petya, changes=wrong) == 400, wrong
    assert await leave(desk, desk.petya) == 204
    assert await leave(desk, desk.petya) == 404


async def test_who_left_may_come_back_to_another_school(desk: Desk) -> None:
    pupil = await enter(desk.nina, **{"class": "6А"})
    assert await leave(desk, pupil) == 204
    again = await enter(desk.oleg, **{"class": "7Б"})
    assert [one["class"] for one in (await told(desk.oleg, "/api/v1/office/pupils"))["items"]] == ["7Б"]
    assert (await desk.nina.get(f"/office/pupils/{again}", Accept="text/html")).status_code == 404
    assert len((await told(desk.nina, "/api/v1/office/left"))["items"]) == 1


async def test_the_page_keeps_what_was_typed_and_leads_to_the_history(desk: Desk) -> None:
    path = f"/office/pupils/{desk.petya}"
    assert "снять с учёта" in await text(desk.nina, path)
    wrong = await press(desk.nina, f"{path}/leave", reason="Приказ № 12", left_on="2027-01-01")
    body = await wrong.get_data(as_text=True)
    assert (wrong.status_code, "Приказ № 12" in body, "не позже сегодняшнего" in body) == (400, True, True)
    assert "Никто не выбывал" in await text(desk.nina, "/office/left")
    done = await press(desk.nina, f"{path}/leave", **WHY)
    assert (done.status_code, done.headers["Location"]) == (303, "/office/left")
    assert "переехали" in await text(desk.nina, "/office/left")


@pytest.mark.rule("A7")
async def test_all_codes_of_a_class_die_at_once(desk: Desk) -> None:
    pupil = await enter(desk.nina, **{"class": "6А"})
    await code_for(desk.nina, pupil)
    path = "/api/v1/office/classes/invitations"
    assert (await desk.oleg.send("DELETE", path, json={"class": "6А"})).status_code == 404
    answer = await desk.nina.send("DELETE", path, json={"class": "6А"})
    assert (answer.status_code, await answer.get_json()) == (200, {"revoked": 1})
    assert "Отменить все коды" not in await text(desk.nina, "/office/classes/6%D0%90/slips")
    done = await press(desk.nina, "/office/classes/6%D0%90/revoke")
    assert done.headers["Location"] == "/office/classes/6%D0%90?only=without"


@pytest.mark.rule("B6")
async def test_a_meals_officer_sees_numbers_and_nothing_else(desk: Desk) -> None:
    meals = await named(desk, "meals_officer")
    assert (await meals.get("/office", Accept="text/html")).headers["Location"] == "/office/meals"
    found = await told(meals, "/api/v1/office/meals")
    assert (found["pupils"], found["away"], found["items"]) == (1, 0, [{"name": "6А", "pupils": 1, "away": 0}])
    await sent(desk)
    day = (await told(desk.nina, "/api/v1/office/absences"))["items"][0]["first_day"]
    assert (await told(meals, f"/api/v1/office/meals?day={day}"))["away"] == 1
    shown = await text(meals, f"/office/meals?day={day}")
    assert "Порций" in shown and "Орлов" not in shown
    for wrong in ("2026-11-01", "2027-11-01", "x"):
        assert (await meals.get(f"/office/meals?day={wrong}", Accept="text/html")).status_code == 400
    for path in ("/api/v1/office/pupils", "/api/v1/office/absences", "/api/v1/office/joins", "/api/v1/office/reviews"):
        assert (await meals.get(path)).status_code in (403, 404), path


@pytest.mark.rule("A7")
async def test_a_lost_answer_with_codes_comes_again_by_its_key_and_is_kept_without_them(desk: Desk) -> None:
    await enter(desk.nina, **{"class": "6А"})
    path, asked = "/api/v1/office/classes/invitations", {"class": "6А", "run": "r" * 16}
    answers = [await desk.nina.send("POST", path, json=asked, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    first, again = [await one.get_json() for one in answers]
    assert [one.status_code for one in answers] == [201, 201] and first == again
    (slip,) = first["items"]
    assert slip["href"].endswith(f"#code={slip['code']}") and len(slip["code"]) == 14
    assert (await redeem(desk.anna, slip["code"])).status_code == 200
    other = await desk.nina.send("POST", path, json=asked | {"again": True}, **{"Idempotency-Key": "k1"})
    assert other.status_code in (409, 422)


@pytest.mark.rule("A17")
async def test_a_signature_that_brings_a_code_is_repeated_by_its_key(desk: Desk) -> None:
    asked = {"person": await desk.person(desk.anna), "document": DOCUMENT}
    made = await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/recoveries", json=asked)
    item = (await made.get_json())["id"]
    path = f"/api/v1/office/reviews/{item}/sign"
    answers = [await desk.rita.send("POST", path, json={}, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    first, again = [await one.get_json() for one in answers]
    assert ([one.status_code for one in answers], first["code"]) == ([200, 200], again["code"])
    late = await desk.rita.send("POST", path, json={}, **{"Idempotency-Key": "k2"})
    assert late.status_code in (404, 409), "another key is another request, and there is nothing left to sign"


async def test_a_staff_code_comes_again_by_its_key(desk: Desk) -> None:
    path = "/api/v1/office/staff/codes"
    answers = [await desk.nina.send("POST", path, json=TEACHER, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    first, again = [await one.get_json() for one in answers]
    assert first == again
    assert len((await told(desk.nina, "/api/v1/office/staff"))["codes"]) == 1
    lev = await named(desk)
    assert (await lev.send("POST", "/api/v1/office/enter", json={"code": first["code"]})).status_code == 200
