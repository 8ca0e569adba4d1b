"""The pupil's door: one answer for whatever does not fit, and a session that views and does nothing else (RULES A6)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from hub.store import fields
from identity.store.school.tables import TryRow
from tests.flows.family_kit import form, kinds, page, parents, told
from tests.flows.kit import Hub, kid, parent
from tests.flows.pupil_kit import WEEK, enter, knock, make

pytestmark = pytest.mark.rule("A6")


@pytest.mark.feature("F184")
@pytest.mark.feature("F130")
@pytest.mark.feature("F071", "F084")
async def test_a_parent_makes_a_login_and_the_pupil_sees_the_diary_that_the_parent_opened(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    hub.clock.go(seconds=1)
    made = await make(anna, child)
    assert (await kinds(boris))[0] == "child_login"
    seen = await told(await anna.get(f"/api/v1/children/{child}/login"))
    assert (seen["login"], seen["must_change"], made["password"] in str(seen)) == (made["login"], True, False), "shown once"
    pupil = await enter(hub, made)
    me = await pupil.me()
    (own,) = me["children"]
    assert (own["self"], [(one["system"], one["state"]) for one in own["diaries"]]) == (True, [("dnevnik", "active")])
    items = await told(await pupil.get(f"/api/v1/children/{child}/marks?{WEEK}"))
    assert [one["state"] for one in items["sources"]] == ["fresh"]
    assert "Открыть дневник" in await page(pupil, "/pupil")
    names = await page(pupil, f"/children/{child}/who-sees")
    assert "Анна Орлова" in names and "Чьим входом" not in names and "Доступ для близких" not in names


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("POST", "/api/v1/links/dnevnik", {"credentials": {"login": "anna", "password": "secret"}}),
        ("POST", "/api/v1/invitations/redeem", {"last_name": "Орлов", "first_name": "Пётр", "code": "X"}),
        ("POST", "/api/v1/children/{}/delegations", {"days": 1}),
        ("POST", "/api/v1/children/{}/login", {}),
        ("DELETE", "/api/v1/children/{}/login", None),
        ("POST", "/api/v1/children/{}/proposals", {"act": "erase_child"}),
        ("DELETE", "/api/v1/me/devices", None),
    ],
)
async def test_a_pupil_session_writes_nothing(hub: Hub, method: str, path: str, asked: Any) -> None:
    anna, _, child = await parents(hub)
    pupil = await enter(hub, await make(anna, child))
    answer = await pupil.send(method, path.format(child), json=asked)
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/pupil_views_only")


async def test_a_pupil_session_never_counts_as_fresh_and_links_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    pupil = await enter(hub, await make(anna, child))
    answer = await pupil.get("/auth/dnevnik/start")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/auth/esia/start")


@pytest.mark.rule("A10")
async def test_a_parent_who_signs_in_after_the_pupil_in_one_browser_stays_a_parent(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    pupil = await enter(hub, await make(anna, child))
    hub.esia.claims["vera"] = parent("9000", last_name="Ким", first_name="Вера", snils=kid(3, "").snils, children=())
    me = await pupil.sign_in("vera")
    assert (me["person"]["first_name"], me["children"]) == ("Вера", [])
    hub.clock.go(seconds=2)
    assert [one["first_name"] for one in (await anna.me())["children"]] == ["Пётр"]


async def test_wrong_password_unknown_login_and_no_login_at_all_get_one_answer(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    tries = [(made["login"], "wrong password"), ("nobody-1234", made["password"]), ("", ""), ("тест", "x"), ("a" * 500, "b" * 5000)]
    answers = [await knock(hub.browser(), *one) for one in tries]
    assert {one.status_code for one in answers} == {422}
    texts = [await one.get_data(as_text=True) for one in answers]
    assert len({text.split('id="door-error"')[1][:300] for text in texts}) == 1


@pytest.mark.parametrize("known", [True, False])
async def test_after_ten_wrong_tries_the_right_password_waits_too(hub: Hub, known: bool) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    login = made["login"] if known else "nobody-1234"
    for _ in range(10):
        assert (await knock(hub.browser(), login, "wrong password")).status_code == 422
    closed = await knock(hub.browser(), login, made["password"])
    assert (closed.status_code, int(closed.headers["Retry-After"]) > 60) == (429, True)
    hub.clock.go(hours=1, seconds=1)
    assert (await knock(hub.browser(), login, made["password"])).status_code == (303 if known else 422)


async def test_a_right_password_gives_the_tries_back(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    for _ in range(3):
        for _ in range(8):
            assert (await knock(hub.browser(), made["login"], "wrong password")).status_code == 422
        assert (await knock(hub.browser(), made["login"], made["password"])).status_code == 303


async def test_ten_parallel_wrong_tries_are_ten(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    answers = await asyncio.gather(*(knock(hub.browser(), made["login"], "wrong password") for _ in range(12)))
    assert sorted(one.status_code for one in answers) == [422] * 10 + [429] * 2


@pytest.mark.security("27")
async def test_a_foreign_page_lets_nobody_in(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    assert (await knock(hub.browser(), made["login"], made["password"], origin="https://evil.test")).status_code == 403


async def test_the_pupil_chooses_an_own_password_and_other_sessions_end(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    here, there = await enter(hub, made), await enter(hub, made)
    for old, new in (("wrong", "four words in a row"), (made["password"], "12345678"), (made["password"], made["password"])):
        answer = await form(here, "/pupil/password", old=old, new=new)
        assert answer.status_code in {400, 422}, await answer.get_data(as_text=True)
    answer = await form(here, "/pupil/password", old=made["password"], new="four words in a row")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pupil")
    assert (await here.me())["children"][0]["id"] == child
    assert (await there.get("/api/v1/me")).status_code == 401
    await enter(hub, made | {"password": "four words in a row"})
    assert (await told(await anna.get(f"/api/v1/children/{child}/login")))["must_change"] is False


async def test_a_known_login_takes_as_long_as_an_unknown_one(hub: Hub) -> None:
    """Of equal distributions the share lies within 0.15..0.85 in all but one of 5,000 runs (Mann-Whitney, 20 against 20)."""
    anna, _, child = await parents(hub)
    made = await make(anna, child)
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(40):
        side = (number + number // 2) % 2
        await hub.deps.db.write(lambda: fields.changed(TryRow, "DELETE FROM code_try", ()))
        started = time.perf_counter()
        answer = await knock(hub.browser(), (made["login"], "nobody-1234")[side], "wrong password")
        spent[side].append(time.perf_counter() - started)
        assert answer.status_code == 422
    share = sum((one > other) + (one == other) / 2 for one in spent[0] for other in spent[1]) / (len(spent[0]) * len(spent[1]))
    assert 0.15 < share < 0.85
    assert min(*spent[0], *spent[1]) > 0.02, "the password is really hashed"
