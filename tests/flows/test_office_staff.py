"""Who becomes an officer by a code, at which post somebody works, and who takes a post away (RULES B5, B6)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.flows.office import staff
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.desk_kit import Desk, open_desk, snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, OTHER, signed
from tests.flows.roster_kit import press
from tests.flows.test_desk_pages import text

CODES, STAFF, ENTER, POST = "/api/v1/office/staff/codes", "/api/v1/office/staff", "/api/v1/office/enter", "/api/v1/office/post"
TEACHER = {"role": "class_teacher", "name": "Котов Лев", "class": "6А"}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def named(desk: Desk, *roles: str, school: str = OGRN, code: str = "lev", number: int = 155000020) -> Browser:
    """Somebody who signs in with the account that the school named for these posts."""
    who, now = snils(number), desk.hub.clock()
    cards = [
        OfficerCard(
            school=school, role=role, snils=who.digits, names=("Котов", "Лев", ""), class_name="6А" if role in staff.WITH_CLASS else ""
        )
        for role in roles
    ]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    desk.hub.esia.claims[code] = parent(f"of {code}", last_name="Котов", first_name="Лев", snils=who, children=())
    return await signed(desk.hub, code)


async def code_from(officer: Browser, **asked: str) -> str:
    answer = await officer.send("POST", CODES, json=TEACHER | asked)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["code"])


async def told(browser: Browser, path: str) -> dict[str, Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


@pytest.mark.rule("B6")
async def test_a_code_makes_an_officer_once_and_the_giver_hears_who(desk: Desk) -> None:
    lev, code = await named(desk), await code_from(desk.nina)
    assert [one["name"] for one in (await told(desk.nina, STAFF))["codes"]] == ["Котов Лев"]
    assert (await lev.get("/api/v1/office/classes")).status_code == 404
    answer = await lev.send("POST", ENTER, json={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    assert (await answer.get_json())["class"] == "6А"
    again = await lev.send("POST", ENTER, json={"code": code})
    assert (again.status_code, (await again.get_json())["type"]) == (422, "/problems/code_wrong")
    assert [one["name"] for one in (await told(lev, "/api/v1/office/classes"))["items"]] == ["6А"]
    assert "staff_named" in await desk.notices(desk.nina)
    found = await told(desk.nina, STAFF)
    assert (found["codes"], [one["role"] for one in found["items"]].count("class_teacher")) == ([], 1)
    assert "snils" not in str(found)


@pytest.mark.rule("B5")
async def test_nobody_uses_the_own_code_and_a_lost_one_is_taken_back(desk: Desk) -> None:
    mine = await code_from(desk.nina)
    assert (await desk.nina.send("POST", ENTER, json={"code": mine})).status_code == 422
    waiting = (await told(desk.nina, STAFF))["codes"][0]["id"]
    assert (await desk.oleg.send("DELETE", f"{CODES}/{waiting}")).status_code == 404
    repeated = {"Idempotency-Key": "take-back"}
    assert [(await desk.nina.send("DELETE", f"{CODES}/{waiting}", **repeated)).status_code for _ in range(2)] == [204, 204]
    assert (await desk.nina.send("DELETE", f"{CODES}/other", **repeated)).status_code == 422
    assert (await (await named(desk)).send("POST", ENTER, json={"code": mine})).status_code == 422


@pytest.mark.rule("B6")
async def test_a_code_lapses_and_asks_for_a_fresh_confirmed_sign_in(desk: Desk) -> None:
    lev, code = await named(desk), await code_from(desk.nina)
    desk.hub.clock.go(minutes=6)
    stale = await lev.send("POST", ENTER, json={"code": code})
    assert (stale.status_code, (await stale.get_json())["type"]) == (403, "/problems/not_fresh")
    desk.hub.clock.go(hours=72)
    assert (await (await signed(desk.hub, "lev")).send("POST", ENTER, json={"code": code})).status_code == 422


async def test_ten_wrong_codes_a_minute_are_enough(desk: Desk) -> None:
    lev = await named(desk)
    statuses = [(await lev.send("POST", ENTER, json={"code": f"WRONG-{number}"})).status_code for number in range(11)]
    assert statuses == [*[422] * 10, 429]


async def test_of_two_people_with_one_code_one_comes_in(desk: Desk) -> None:
    code = await code_from(desk.nina)
    two = [await named(desk, code=f"lev{number}", number=155000030 + number) for number in range(2)]
    answers = await asyncio.gather(*(one.send("POST", ENTER, json={"code": code}) for one in two))
    assert sorted(one.status_code for one in answers) == [200, 422]


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"role": "meals_officer", "class": ""}, 201),
        ({"role": "class_teacher", "class": ""}, 400),
        ({"role": "guard", "class": "6А"}, 400),
        ({"role": "school_admin", "class": ""}, 403),
        ({"role": "head", "class": ""}, 403),
        ({"role": "guardian", "class": ""}, 403),
        ({"name": " "}, 400),
    ],
)
async def test_an_administrator_gives_the_posts_below(desk: Desk, asked: dict[str, str], status: int) -> None:
    assert (await desk.nina.send("POST", CODES, json=TEACHER | asked)).status_code == status


@pytest.mark.rule("B6")
async def test_a_head_names_and_ends_an_administrator_and_nobody_the_own_post(desk: Desk) -> None:
    head = await named(desk, "head")
    assert (await head.send("POST", CODES, json={"role": "school_admin", "name": "Ким Нина"})).status_code == 201
    people = (await told(head, STAFF))["items"]
    mine = next(one for one in people if one["role"] == "head")
    assert not mine["may_end"]
    assert (await head.send("DELETE", f"{STAFF}/{mine['id']}")).status_code == 403
    rita = next(one for one in people if "Лапина" in one["name"])
    assert (await desk.nina.send("DELETE", f"{STAFF}/{rita['id']}")).status_code == 403
    assert (await desk.oleg.send("DELETE", f"{STAFF}/{rita['id']}")).status_code == 404
    assert (await desk.rita.get("/api/v1/office/reviews")).status_code == 200
    assert (await head.send("DELETE", f"{STAFF}/{rita['id']}")).status_code == 204
    assert (await desk.rita.get("/api/v1/office/reviews")).status_code == 403


@pytest.mark.rule("B6")
async def test_rights_of_two_posts_do_not_add_up_until_one_is_chosen(desk: Desk) -> None:
    lev = await named(desk, "class_teacher", "meals_officer")
    refused = await lev.get("/api/v1/office/absences")
    assert (refused.status_code, (await refused.get_json())["type"]) == (409, "/problems/role_unchosen")
    assert (await lev.get("/office", Accept="text/html")).headers["Location"] == "/office/role"
    chosen = await lev.send("PUT", POST, json={"school_ogrn": OGRN, "role": "meals_officer"})
    assert (await chosen.get_json())["chosen"]
    assert (await lev.get("/api/v1/office/absences")).status_code == 403
    assert (await press(lev, "/office/role", school=OGRN, role="class_teacher")).status_code == 303
    assert (await lev.get("/api/v1/office/absences")).status_code == 200
    for school, role in ((OGRN, "head"), (OTHER, "class_teacher")):
        assert (await lev.send("PUT", POST, json={"school_ogrn": school, "role": role})).status_code == 404


@pytest.mark.rule("B6")
async def test_a_head_who_teaches_works_as_the_head_and_may_choose_to_see_less(desk: Desk) -> None:
    lev = await named(desk, "class_teacher", "head")
    assert (await lev.get("/api/v1/office/reviews")).status_code == 200
    await lev.send("PUT", POST, json={"school_ogrn": OGRN, "role": "class_teacher"})
    assert (await lev.get("/api/v1/office/reviews")).status_code == 403
    assert (await (await signed(desk.hub, "lev")).get("/api/v1/office/reviews")).status_code == 200, "the choice ends with its session"


@pytest.mark.rule("B6")
async def test_a_class_teacher_looks_at_the_own_class_and_writes_nothing(desk: Desk) -> None:
    lev = await named(desk, "class_teacher")
    other = {"last_name": "Ким", "first_name": "Ян", "birth_date": "2014-02-03", "class": "7Б"}
    foreign = (await (await desk.nina.send("POST", "/api/v1/office/pupils", json=other)).get_json())["id"]
    assert [one["name"] for one in (await told(lev, "/api/v1/office/classes"))["items"]] == ["6А"]
    assert [one["id"] for one in (await told(lev, "/api/v1/office/pupils"))["items"]] == [desk.petya]
    assert (await lev.get("/api/v1/office/pupils?class=7%D0%91")).status_code == 404
    assert (await lev.get(f"/office/pupils/{foreign}")).status_code == 404
    shown = await text(lev, f"/office/pupils/{desk.petya}")
    assert "Листки печатает и отменяет администратор" in shown and "Напечатать листок" not in shown
    for path in ("/office/classes/6%D0%90/slips", f"/office/pupils/{desk.petya}/revoke", "/office/roster/export"):
        assert (await press(lev, path, run="r" * 16)).status_code == 404, path
    assert (await lev.get("/office/staff", Accept="text/html")).status_code == 403


async def test_the_pages_of_staff_show_a_code_once_and_say_what_is_wrong(desk: Desk) -> None:
    given = await press(desk.nina, "/office/staff", name="Котов Лев", role="class_teacher", **{"class": "6 «а»"})
    shown = await given.get_data(as_text=True)
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "no-store")
    assert "Код показан один раз" in shown and "6А" in shown
    wrong = await press(desk.nina, "/office/staff", name="Котов Лев", role="class_teacher", **{"class": ""})
    assert (wrong.status_code, "Класс называют" in await wrong.get_data(as_text=True)) == (400, True)
    assert "Код показан" not in await text(desk.nina, "/office/staff")
    stranger = await (await desk.hub.browser().get("/office/enter", Accept="text/html")).get_data(as_text=True)
    assert "Шаг 1 из 2" in stranger
    lev = await named(desk)
    refused = await press(lev, "/office/enter", code="нет такого")
    assert (refused.status_code, "Код не подошёл" in await refused.get_data(as_text=True)) == (422, True)


@pytest.mark.rule("B5")
async def test_only_the_head_chooses_two_officers_for_every_approval(desk: Desk) -> None:
    head = await named(desk, "head")
    assert (await press(desk.nina, "/office/staff/four-eyes", on="yes")).status_code == 403
    assert "Выключено" in await text(desk.nina, "/office/staff")
    assert (await press(head, "/office/staff/four-eyes", on="yes")).status_code == 303
    assert "Включено: каждую заявку" in await text(desk.nina, "/office/staff")
