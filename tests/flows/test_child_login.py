"""The child's own login: a guardian makes, resets and removes it before 14, and loses it with the child (RULES A6)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.flows.guardianship.child_logins import suggested
from identity.store import edges
from tests.flows.desk_kit import open_desk
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Hub, kid, parent
from tests.flows.pupil_kit import enter, knock, make, marks

pytestmark = pytest.mark.rule("A6")


@pytest.mark.feature("F072")
async def test_a_reset_makes_the_old_password_and_its_sessions_useless(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    first = await make(anna, child, login="petya-7")
    pupil = await enter(hub, first)
    second = await make(boris, child)
    assert (second["login"], second["password"] != first["password"]) == ("petya-7", True)
    assert (await pupil.get("/api/v1/me")).status_code == 401
    assert (await knock(hub.browser(), "petya-7", first["password"])).status_code == 422
    await enter(hub, second)


async def test_a_removed_login_opens_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    pupil = await enter(hub, made)
    assert [(await anna.send("DELETE", f"/api/v1/children/{child}/login")).status_code for _ in range(2)] == [204, 204]
    assert (await pupil.get("/api/v1/me")).status_code == 401
    assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 422
    assert (await told(await anna.get(f"/api/v1/children/{child}/login")))["exists"] is False


@pytest.mark.parametrize("login", ["ab", "кириллица", "a b c", "-петя", "x" * 40])
async def test_a_malformed_login_is_refused_in_words(hub: Hub, login: str) -> None:
    anna, _, child = await parents(hub)
    answer = await anna.send("POST", f"/api/v1/children/{child}/login", json={"login": login})
    assert (answer.status_code, "латинские" in (await answer.get_json())["detail"]) == (400, True)


async def test_a_taken_login_is_refused(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(0, "Зоя")))
    anna = hub.browser()
    one, other = [child["id"] for child in (await anna.sign_in())["children"]]
    await make(anna, one, login="orlov")
    answer = await anna.send("POST", f"/api/v1/children/{other}/login", json={"login": "ORLOV"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/login_taken")


async def test_strangers_and_delegates_neither_make_nor_learn_of_a_login(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    await make(anna, child)
    galina = await relative(hub)
    code = (await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 1}), 201))["code"]
    paths = [f"/api/v1/children/{one}/login" for one in (child, "nobody")]
    assert [(await galina.get(path)).status_code for path in paths] == [404, 404]
    await galina.send("POST", "/api/v1/delegations/accept", json={"code": code})
    assert (await galina.get(paths[0])).status_code == 404
    assert (await galina.send("POST", paths[0], json={})).status_code == 404


@pytest.mark.rule("A16")
async def test_making_and_removing_need_a_fresh_sign_in(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    hub.clock.go(minutes=6)
    path = f"/api/v1/children/{child}/login"
    for answer in (await anna.send("POST", path, json={}), await anna.send("DELETE", path)):
        assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("way", ["freeze", "leave"])
async def test_whoever_loses_the_child_loses_the_login_that_he_made_too(hub: Hub, way: str) -> None:
    """He knows the password, or chose it: the child's door would stay his."""
    anna, boris, child = await parents(hub)
    made = await make(anna, child)
    pupil = await enter(hub, made)
    if way == "freeze":
        me = (await anna.me())["person"]["id"]
        await boris.send("POST", f"/api/v1/children/{child}/guardians/{me}/freeze")
    else:
        await anna.send("DELETE", f"/api/v1/children/{child}/guardians/me")
    assert (await pupil.get("/api/v1/me")).status_code == 401
    assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 422
    assert (await kinds(boris)).count("child_login") == 2
    await enter(hub, await make(boris, child))


@pytest.mark.rule("A5a")
@pytest.mark.security("19")
async def test_a_restriction_closes_the_login_that_the_restricted_parent_made(hub: Hub) -> None:
    desk = await open_desk(hub)
    ivan = await desk.father()
    made = await make(ivan, desk.petya)
    pupil = await enter(hub, made)
    await desk.restrict(await desk.person(ivan))
    hub.deps.memory.visitors.clear()  # another process' second of memory
    assert (await pupil.get("/api/v1/me")).status_code == 401
    assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 422


async def test_a_login_whose_maker_has_no_bond_left_opens_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    who = (await anna.me())["person"]["id"]
    await hub.deps.db.write(lambda: edges.end([one.id for one in edges.of_guardian(who)], now=hub.clock()))
    assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 422


def test_a_suggested_login_is_the_first_name_in_latin_letters_and_never_the_surname() -> None:
    assert suggested("Пётр").startswith("petr-")
    assert suggested("Анна-Мария").startswith("annamariya-")
    assert suggested("李").startswith("uchenik-")


# The child lives by Moscow's clock until a diary tells the school's zone; the fake diary's school is in Krasnoyarsk (+7).
@pytest.mark.parametrize(
    ("born", "at", "may_make", "reset"),
    [
        (date(2012, 12, 1), datetime(2026, 11, 30, 16, 59, tzinfo=UTC), True, 201),
        (date(2012, 12, 1), datetime(2026, 11, 30, 17, 0, tzinfo=UTC), False, 201),
        (date(2012, 12, 1), datetime(2027, 2, 28, 16, 59, tzinfo=UTC), False, 201),
        (date(2012, 12, 1), datetime(2027, 2, 28, 17, 0, tzinfo=UTC), False, 403),
        (date(2016, 2, 29), datetime(2030, 2, 28, 16, 59, tzinfo=UTC), True, 201),
        (date(2016, 2, 29), datetime(2030, 2, 28, 17, 0, tzinfo=UTC), False, 201),
    ],
    ids=["the day before", "the birthday", "day 89", "after 90 days", "28 February", "1 March for 29 February"],
)
async def test_the_14th_birthday_takes_the_login_from_the_parent_and_leaves_90_days(
    hub: Hub, born: date, at: datetime, may_make: bool, reset: int
) -> None:
    anna, _, child = await parents(hub, born=born)
    made = await make(anna, child)
    hub.clock.at = at
    await anna.sign_in()
    seen = await told(await anna.get(f"/api/v1/children/{child}/login"))
    assert (seen["may_make"], seen["may_reset"]) == (may_make, reset == 201)
    answer = await anna.send("POST", f"/api/v1/children/{child}/login", json={})
    assert answer.status_code == reset
    password = (await answer.get_json()).get("password", made["password"])
    door = await knock(hub.browser(), made["login"], password)
    assert door.status_code == (303 if reset == 201 else 403)
    if reset != 201:
        assert "Войти через Госуслуги" in await door.get_data(as_text=True)


async def test_a_pupil_session_ends_with_the_90_days(hub: Hub) -> None:
    hub.clock.at = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
    anna, _, child = await parents(hub, born=date(2012, 8, 25))
    made = await make(anna, child)
    hub.clock.at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    pupil = await enter(hub, made)
    hub.clock.at = datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)
    assert await marks(pupil, child) == 200
    hub.clock.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert await marks(pupil, child) == 401, "00:00 in Krasnoyarsk, 90 days after the birthday"


async def test_a_reset_after_14_is_told_to_the_pupil(hub: Hub) -> None:
    anna, _, child = await parents(hub, born=date(2012, 12, 1))
    await make(anna, child)
    hub.clock.at = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
    await anna.sign_in()
    made = await make(anna, child)
    pupil = await enter(hub, made)
    assert "child_login" in await kinds(pupil)


async def test_a_pupil_with_an_own_sign_in_removes_the_login_that_a_parent_made(hub: Hub) -> None:
    born = date(2012, 12, 1)
    anna, boris, child = await parents(hub, born=born)
    made = await make(anna, child)
    by_login = await enter(hub, made)
    assert "Удалить этот логин" not in await page(by_login, "/pupil/password")
    hub.clock.at = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
    own = kid(1, "Пётр", born=born)
    hub.esia.claims["pupil"] = parent("2000", last_name="Орлов", first_name="Пётр", birth_date=born, snils=own.snils, children=())
    pupil = hub.browser()
    await pupil.sign_in("pupil")
    assert "Удалить этот логин" in await page(pupil, "/pupil/password")
    assert (await form(pupil, "/pupil/login/remove")).status_code == 303
    assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 422
    await boris.sign_in("boris")
    assert (await kinds(boris)).count("child_login") == 2
