"""Who sees a child; a new guardian is news for the others, who can stop it with one tap (RULES A5)."""

from __future__ import annotations

import re

import pytest

from tests.flows.kit import Browser, Hub, kid, parent


async def _two(hub: Hub) -> tuple[Browser, Browser, str]:
    hub.esia.claims["boris"] = parent(
        "3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=(kid(1, "Пётр"),)
    )
    anna, boris = hub.browser(), hub.browser()
    me = await anna.sign_in()
    await boris.sign_in("boris")
    return anna, boris, f"/api/v1/children/{me['children'][0]['id']}"


@pytest.mark.rule("A5")
async def test_active_guardians_hear_of_a_new_one(hub: Hub) -> None:
    anna, _, child = await _two(hub)
    told = (await (await anna.get("/api/v1/me/notices")).get_json())["items"]
    assert [one["kind"] for one in told] == ["guardian_added"]
    assert "Борис Орлов" in told[0]["text"]
    seen = (await (await anna.get(f"{child}/guardians")).get_json())["items"]
    assert {(one["name"], one["state"], one["evidence"], one["is_me"]) for one in seen} == {
        ("Анна Орлова", "active", "esia_kid", True),
        ("Борис Орлов", "active", "esia_kid", False),
    }


@pytest.mark.rule("A5")
async def test_one_tap_stops_a_guardian_until_the_school_decides(hub: Hub) -> None:
    anna, boris, child = await _two(hub)
    assert (await boris.get(f"{child}/marks")).status_code == 200
    seen = (await (await anna.get(f"{child}/guardians")).get_json())["items"]
    stranger = next(one["person"] for one in seen if not one["is_me"])
    assert (await anna.send("POST", f"{child}/guardians/{stranger}/freeze")).status_code == 204
    assert (await boris.get(f"{child}/marks")).status_code == 403
    assert (await boris.me())["children"] == []
    told = (await (await boris.get("/api/v1/me/notices")).get_json())["items"]
    assert told[0]["kind"] == "guardian_frozen"
    await boris.sign_in("boris")
    assert (await boris.get(f"{child}/marks")).status_code == 403, "a new sign-in does not thaw it"
    assert (await boris.send("POST", f"{child}/guardians/{stranger}/freeze")).status_code == 404


async def test_a_stranger_sees_no_guardians(hub: Hub) -> None:
    _, _, child = await _two(hub)
    hub.esia.claims["vera"] = parent("4000", last_name="Ким", first_name="Вера", snils=None, children=())
    vera = hub.browser()
    await vera.sign_in("vera")
    for path in (f"{child}/guardians", "/api/v1/children/nobody/guardians"):
        assert (await vera.get(path)).status_code == 404


@pytest.mark.rule("A5")
async def test_the_page_asks_once_more_and_stops_a_stranger_with_a_plain_form(hub: Hub) -> None:
    anna, boris, child = await _two(hub)
    id_ = child.rsplit("/", 1)[1]
    page = str(await (await anna.get(f"/children/{id_}/who-sees", Accept="text/html")).get_data(as_text=True))
    assert "Кто видит ребёнка" in page and "Борис Орлов" in page
    assert page.count("Я не знаю этого человека") == 1, "nobody stops oneself"
    (ask,) = re.findall(r'href="(/children/[^"]+/freeze)"', page)
    page = str(await (await anna.get(ask, Accept="text/html")).get_data(as_text=True))
    assert (await boris.get(f"{child}/marks")).status_code == 200, "to be asked changes nothing"
    (action,) = re.findall(r'<form method="post" action="(/children/[^"]+/freeze)">', page)
    assert f'name="csrf_token" value="{anna.csrf}"' in page
    answer = await anna.client.post(
        action, form={"csrf_token": anna.csrf}, headers={"Host": "localhost:8000", "Origin": "null", "Sec-Fetch-Site": "same-origin"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/children/{id_}/who-sees")
    assert (await boris.get(f"{child}/marks")).status_code == 403
    page = str(await (await anna.get(f"/children/{id_}/who-sees", Accept="text/html")).get_data(as_text=True))
    assert "остановлен до решения школы" in page and "Я не знаю этого человека" not in page
    assert (await anna.get(ask, Accept="text/html")).status_code == 404


@pytest.mark.security("27")
async def test_a_foreign_page_stops_nobody(hub: Hub) -> None:
    anna, boris, child = await _two(hub)
    seen = (await (await anna.get(f"{child}/guardians")).get_json())["items"]
    stranger = next(one["person"] for one in seen if not one["is_me"])
    path = f"/children/{child.rsplit('/', 1)[1]}/guardians/{stranger}/freeze"
    assert (await anna.client.post(path, form={"csrf_token": "x"}, headers={"Host": "localhost:8000"})).status_code == 403
    assert (await boris.get(f"{child}/marks")).status_code == 200


@pytest.mark.rule("A4")
async def test_a_parent_who_did_not_allow_the_children_is_told_how_to(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(children=None)
    browser = hub.browser()
    me = await browser.sign_in()
    assert [one["code"] for one in me["missing"]] == ["children_not_told"]
    page = str(await (await browser.get("/", Accept="text/html")).get_data(as_text=True))
    assert "Вы не разрешили показать детей" in page
    hub.esia.claims["anna"] = parent(children=())
    assert [one["code"] for one in (await browser.sign_in())["missing"]] == ["no_children"]
    hub.esia.claims["anna"] = parent()
    assert (await browser.sign_in())["missing"] == []
