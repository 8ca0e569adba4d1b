"""МЭШ at the hub: Moscow's code from the SMS, the region through Gosuslugi, and a session that another device ended."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.test_town_diaries import Family, _go, at_home

REGION = "mes-mo"


async def asked(family: Family) -> str:
    """The first step: the password is right, the code is under way."""
    account = family.parent["accounts"]["mes"]
    body = {"credentials": {"login": account["login"], "password": account["password"]}}
    answer = await family.browser.post("/api/v1/links/mes", json=body, headers=family.headers)
    assert answer.json()["state"] == "needs_code", answer.text
    return str(answer.json()["id"])


async def entered(family: Family, step: str, code: str) -> httpx.Response:
    return await family.browser.post(f"/api/v1/links/{step}/code", json={"code": code}, headers=family.headers)


@pytest.mark.feature("F170")
async def test_a_wrong_code_may_be_typed_again_until_moscow_has_had_enough(open_browser: OpenBrowser) -> None:
    family = await at_home(open_browser(), "mes")
    step = await asked(family)
    answers = [(await entered(family, step, "000000")).json() for _ in range(3)]
    assert [one.get("tries_left") for one in answers[:2]] == [2, 1]
    assert answers[2]["type"].endswith("/code_over")
    assert (await family.read("marks"))["items"] == []


@pytest.mark.rule("C4")
@pytest.mark.parametrize(
    ("region", "system", "logins"), [("77", "mes", ["password"]), ("50", REGION, ["gosuslugi"])], ids=["Москва", "Подмосковье"]
)
async def test_each_region_offers_its_own_door(open_browser: OpenBrowser, region: str, system: str, logins: list[str]) -> None:
    family = await at_home(open_browser(), system)
    answer = await family.browser.put("/api/v1/me/region", json={"region": region}, headers=family.headers)
    assert answer.is_success, answer.text
    offers = (await family.browser.get(f"/api/v1/regions/{region}")).json()["systems"]
    assert [(one["system"], one["connected"], one["logins"]) for one in offers] == [(system, True, logins)]
    page = (await family.browser.get("/connect", headers={"Accept": "text/html"})).text
    assert ("по логину и паролю mos.ru" in page) == (system == "mes")
    assert (f"/auth/{REGION}/start" in page) == (system == REGION)
    assert "из школы" not in page


async def test_the_code_page_names_the_end_of_the_number_alone_and_counts_tries_as_moscow_does(open_browser: OpenBrowser) -> None:
    family = await at_home(open_browser(), "mes")
    step = await asked(family)
    page = (await family.browser.get(f"/connect/code/{step}")).text
    phone = "".join(filter(str.isdigit, family.parent["phone"]))
    assert f"…{phone[-2:]}" in page and phone not in page
    assert "Осталось 3 попытки" in page
    await entered(family, step, "000000")
    assert "Осталось 2 попытки" in (await family.browser.get(f"/connect/code/{step}")).text


async def in_region(browser: httpx.AsyncClient) -> Family:
    family = await at_home(browser, REGION)
    await browser.post(f"{SANDBOX_URL}/_sandbox/mes-mo-auth/sign_in_as", json={"person": family.parent["id"], "times": 1})
    assert (await _go(browser, "/auth/mes-mo/start")).status_code == 200
    return family


@pytest.mark.feature("F191")
async def test_the_portal_of_the_region_opens_through_gosuslugi(open_browser: OpenBrowser) -> None:
    family = await in_region(open_browser())
    links = (await family.browser.get("/api/v1/links")).json()["items"]
    assert [one["state"] for one in links if one["system"] == REGION] == ["active"]
    query = {"pupil": family.pupil["id"], **family.town["week"]}
    told = (await family.browser.get(f"{SANDBOX_URL}/_sandbox/world/diary", params=query)).json()
    lessons = await family.read("lessons")
    assert [(one["system"], one["state"]) for one in lessons["sources"]] == [(REGION, "fresh")]
    assert sorted((one["date"], one["subject"]) for one in lessons["items"]) == sorted(
        (one["date"], one["subject"]) for one in told["lessons"]
    )


@pytest.mark.rule("C6")
async def test_a_session_that_another_device_ended_asks_to_sign_in_again(open_browser: OpenBrowser) -> None:
    family = await in_region(open_browser())
    answer = await family.browser.post(f"{SANDBOX_URL}/_sandbox/mes/sessions/end", json={"how": "499"})
    assert answer.is_success, answer.text
    lessons = await family.read("lessons", now=True)
    assert [(one["state"], one["error"]) for one in lessons["sources"]] == [("needs_login", "auth_expired")]


async def test_homework_marked_as_done_here_is_done_at_the_platform(open_browser: OpenBrowser) -> None:
    family = await in_region(open_browser())
    item = next(one for one in (await family.read("homework"))["items"] if not one["done"])
    done = f"/api/v1/children/{family.child}/homework/{item['id']}/done"
    answer = await family.browser.post(done, json={"done": True}, headers=family.headers)
    assert answer.is_success, answer.text
    told = (await family.read("homework", now=True))["items"]
    assert [one["done"] for one in told if one["id"] == item["id"]] == [True]
    asked_there = (await family.browser.get(f"{SANDBOX_URL}/_sandbox/requests", params={"system": REGION})).json()["requests"]
    assert [one["method"] for one in asked_there if one["path"].endswith("/done")] == ["POST"]


@pytest.mark.rule("C1")
@pytest.mark.feature("F202")
async def test_a_place_in_class_is_shown_and_it_is_the_childs_own_alone(open_browser: OpenBrowser) -> None:
    family = await in_region(open_browser())
    first = (await family.read("marks"))["items"][0]["subject"]
    for path in ("progress", "subject"):
        page = await family.browser.get(f"/children/{family.child}/{path}", params={"subject": first})
        assert page.text.count("-е место в классе") == 1, path


@pytest.mark.rule("C3")
async def test_a_correction_that_both_the_platform_and_the_hub_saw_is_told_once(open_browser: OpenBrowser) -> None:
    family = await in_region(open_browser())
    week = family.town["week"]
    told = (await family.browser.get(f"{SANDBOX_URL}/_sandbox/world/diary", params={"pupil": family.pupil["id"], **week})).json()
    lesson = next(one for one in told["lessons"] if one["status"] == "held")
    body = {"pupil": family.pupil["id"], **{key: lesson[key] for key in ("subject", "date", "number")}, "value": "2", "comment": "сказано"}
    key = (await family.browser.post(f"{SANDBOX_URL}/_sandbox/world/marks", json=body)).json()["id"]
    for value in ("2", "4"):
        if value != "2":
            await family.browser.post(f"{SANDBOX_URL}/_sandbox/world/marks", json={"pupil": family.pupil["id"], "id": key, "value": value})
        (mark,) = [one for one in (await family.read("marks", now=True))["items"] if one["comment"] == "сказано"]
    (again,) = [one for one in (await family.read("marks", now=True))["items"] if one["comment"] == "сказано"]
    assert (mark["value"], [one["value"] for one in mark["revisions"]]) == ("4", ["2"])
    assert again["revisions"] == mark["revisions"]


@pytest.mark.feature("F176")
@pytest.mark.parametrize("system", ["mes", REGION])
async def test_an_absence_told_here_stands_in_the_platforms_own_list_until_it_is_taken_back(open_browser: OpenBrowser, system: str) -> None:
    if system == REGION:
        family = await in_region(open_browser())
    else:
        family = await at_home(open_browser(), system)
        account = family.parent["accounts"][system]
        typed = {"credentials": {"login": account["login"], "password": account["password"]}}
        opened = await family.with_code(await family.browser.post(f"/api/v1/links/{system}", json=typed, headers=family.headers))
        assert opened.json()["state"] == "active", opened.text
    own = f"/api/v1/children/{family.child}/absences"
    today = (await family.browser.get(own)).json()["today"]
    first = date.fromisoformat(today) + timedelta(days=1)
    body = {"first_day": str(first), "last_day": str(first + timedelta(days=1)), "kind": "ill"}
    made = (await family.browser.post(own, json=body, headers=family.headers)).json()
    assert (made["state"], made["diary"]["state"], made["diary"]["system"]) == ("sent", "taken", system), made
    assert await told_there(family, system) == [str(first), str(first + timedelta(days=1))]
    page = (await family.browser.get(f"/children/{family.child}/absence", headers={"Accept": "text/html"})).text
    assert "записано" in page and "Проверить" in page
    checked = await family.browser.post(f"{own}/{made['id']}/check", headers=family.headers)
    assert checked.json()["diary"]["state"] == "taken", checked.text
    gone = await family.browser.post(f"{own}/{made['id']}/withdraw", headers=family.headers)
    assert (gone.json()["state"], gone.json()["diary"]["state"]) == ("withdrawn", "removed")
    assert await told_there(family, system) == []


async def told_there(family: Family, system: str) -> list[str]:
    """As the platform's own application lists them."""
    ids, token = family.pupil["accounts"][system], family.parent["accounts"][system]["token"]
    headers = {"Authorization": f"Bearer {token}", "x-mes-subsystem": "familymp"}
    address = f"{SANDBOX_URL}/{'mes' if system == 'mes' else 'mes-mo-auth'}/api/family/mobile/v1/attendance"
    for student in ids.values():
        answer = await family.browser.get(address, params={"student_id": str(student)}, headers=headers)
        if answer.is_success:
            return [one["date"] for one in answer.json()["attendance"] if one["notified"]]
    raise AssertionError("none of the pupil's ids is the platform's")
