"""The steps to join: derived from what is stored, child by child; a messenger never counts; it goes on where it stopped."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.kit.errors import AuthExpired
from identity.claims import Level
from tests.flows.desk_kit import DOCUMENT, open_desk
from tests.flows.family_kit import form, page, relative, told
from tests.flows.join_kit import Joining, open_joining
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import signed
from tests.flows.vk import by_vk, plug_in

PATH = "/api/v1/checklist"


REFUSED: list[tuple[dict[str, str], int]] = [
        ({"mark": "gosuslugi_check", "value": "friend"}, 400), ({"mark": "gossip"}, 400), ({"mark": "messenger", "value": "aside"}, 400),
        ({"mark": "messenger", "value": "aside", "child": "nobody"}, 404), ({"mark": "home", "value": "aside", "child": "nobody"}, 404),
        ({"mark": "gosuslugi_check", "value": "bank", "child": "nobody"}, 400),
    ]  # fmt: skip


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


async def steps(browser: Browser, child: int = 0) -> dict[str, dict[str, Any]]:
    found = (await told(await browser.get(PATH)))["items"][child]
    return {one["kind"]: one for one in found["steps"]}


async def states(browser: Browser, child: int = 0) -> dict[str, str]:
    return {kind: one["state"] for kind, one in (await steps(browser, child)).items()}


async def arrives(hub: Hub, **changes: Any) -> Browser:
    hub.esia.claims["anna"] = parent(**changes)
    return await signed(hub, "anna")


@pytest.mark.feature("F046")
async def test_the_list_goes_from_the_first_sign_in_to_the_schools_word(joining: Joining) -> None:
    anna = joining.anna
    assert await states(anna) == {"gosuslugi": "done", "child": "done", "messenger": "optional", "diary": "todo", "my_school": "todo"}
    (found,) = (await told(await anna.get(PATH)))["items"]
    assert (found["done"], found["total"], found["next"], found["finished"]) == (2, 4, "diary", False)
    await anna.link()
    await anna.me()
    assert (await states(anna))["diary"] == "done"
    made = await joining.join()
    waiting = (await steps(anna))["my_school"]
    assert (waiting["state"], waiting["how"][0]["href"]) == ("waiting", f"/children/{joining.petya}/school/{made['id']}")
    assert waiting["since"] and waiting["until"]
    await told(await joining.approve(made["requests"][0]["id"]))
    assert "Одно решение из двух" in (await steps(anna))["my_school"]["text"]
    await told(await joining.approve(made["requests"][1]["id"]))
    (found,) = (await told(await anna.get(PATH)))["items"]
    assert (found["finished"], found["next"], found["done"]) == (True, None, 4)
    assert "Осталось подключить" not in await page(anna, "/")


@pytest.mark.feature("F046")
async def test_a_rejected_or_withdrawn_application_asks_for_attention_and_names_the_way_on(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.reject(made["requests"][0]["id"]))
    await told(await joining.reject(made["requests"][1]["id"]))
    found = (await steps(joining.anna))["my_school"]
    assert (found["state"], found["missing"]) == ("attention", ["rejected"])
    assert [one["href"] for one in found["how"]][-1] == f"/children/{joining.petya}/school"


@pytest.mark.feature("F046")
@pytest.mark.feature("F053")
@pytest.mark.rule("A4")
@pytest.mark.parametrize(
    ("level", "join"), [(Level.SIMPLIFIED, "blocked"), (Level.STANDARD, "todo")], ids=["simplified", "standard may apply"]
)  # fmt: skip
async def test_too_low_a_level_says_what_opens_and_how_to_confirm(hub: Hub, level: Level, join: str) -> None:
    anna = await arrives(hub, level=level)
    found = await steps(anna)
    assert (found["gosuslugi"]["state"], found["gosuslugi"]["missing"]) == ("todo", ["level_too_low"])
    assert any("с 14 лет" in one["text"] for one in found["gosuslugi"]["how"])
    if "my_school" in found:
        assert (found["child"]["state"], found["diary"]["state"], found["my_school"]["state"]) == ("blocked", "blocked", join)
    else:
        assert (found["child"]["state"], found["child"]["after"]) == ("blocked", "gosuslugi")


@pytest.mark.feature("F048")
async def test_a_check_that_the_person_says_is_under_way_is_waited_for_five_days(hub: Hub) -> None:
    anna = await arrives(hub, level=Level.SIMPLIFIED)
    marked = await told(await anna.send("PUT", f"{PATH}/marks", json={"mark": "gosuslugi_check", "value": "bank"}))
    found = marked["items"][0]["steps"][0]
    assert (found["state"], found["since"], found["until"]) == ("waiting", "2026-11-18T09:00:00Z", "2026-11-23T09:00:00Z")
    assert marked["items"][0]["next"] is None
    hub.clock.go(days=5)
    anna = await signed(hub, "anna")
    assert (await states(anna))["gosuslugi"] == "attention"
    anna = await arrives(hub)
    assert (await states(anna))["gosuslugi"] == "done"


@pytest.mark.parametrize(
    ("changes", "missing", "href"),
    [
        ({"children": ()}, "no_children", "/invitation"),
        ({"children": None}, "children_not_told", "/auth/esia/start?next=/checklist"),
        ({"children": (), "snils": None}, "no_children", "/invitation"),
    ],
)  # fmt: skip
@pytest.mark.rule("A12")
async def test_who_has_no_child_yet_is_told_each_way_to_get_one(hub: Hub, changes: dict[str, Any], missing: str, href: str) -> None:
    anna = await arrives(hub, **changes)
    (found,) = (await told(await anna.get(PATH)))["items"]
    child = next(one for one in found["steps"] if one["kind"] == "child")
    assert found["child"] is None and child["missing"] == [missing] and href in [one["href"] for one in child["how"]]


@pytest.mark.feature("F081")
@pytest.mark.rule("A12")
async def test_without_a_russian_certificate_the_school_is_the_way(hub: Hub) -> None:
    anna = await arrives(hub, children=())
    assert any("российского свидетельства" in one["text"] for one in (await steps(anna))["child"]["how"])


async def test_without_a_snils_the_school_cannot_know_the_parent(hub: Hub) -> None:
    anna = await arrives(hub, snils=None, children=())
    found = (await steps(anna))["gosuslugi"]
    assert (found["state"], found["missing"]) == ("attention", ["snils"])


@pytest.mark.rule("A9")
async def test_a_messenger_may_be_put_aside_and_nothing_waits_for_it(joining: Joining) -> None:
    mark = {"mark": "messenger", "value": "aside", "child": joining.petya}
    assert (await told(await joining.anna.send("PUT", f"{PATH}/marks", json=mark)))["items"][0]["total"] == 4
    assert (await states(joining.anna))["messenger"] == "aside"
    await told(await joining.anna.send("PUT", f"{PATH}/marks", json=mark | {"value": ""}))
    assert (await states(joining.anna))["messenger"] == "optional"


@pytest.mark.rule("A9")
async def test_a_bound_profile_is_told_and_the_chats_are_named(hub: Hub) -> None:
    plug_in(hub)
    anna = await signed(hub, "anna")
    me = await anna.me()
    answer = await anna.send("POST", "/api/v1/links/vkid", json={"person": me["person"]["id"], "role": "parent"})
    state = parse_qs(urlsplit((await told(answer, 201))["authorize_url"]).query)["state"][0]
    await anna.back(state, "anna", "vkid")
    await anna.me()
    found = (await steps(anna))["messenger"]
    assert (found["state"], found["counts"], "VK ID" in found["text"]) == ("done", False, True)
    assert found["how"][0]["href"] == f"/children/{me['children'][0]['id']}/chats"


@pytest.mark.feature("F046")
@pytest.mark.feature("F047")
async def test_who_came_by_a_weak_sign_in_is_told_three_ways_to_gosuslugi(hub: Hub) -> None:
    plug_in(hub)
    browser = hub.browser()
    await by_vk(browser)
    found = await steps(browser)
    assert (found["gosuslugi"]["state"], found["gosuslugi"]["missing"]) == ("todo", ["no_account"])
    texts = " ".join(one["text"] for one in found["gosuslugi"]["how"])
    assert all(word in texts for word in ("банка", "МФЦ", "По телефону и почте"))
    assert found["child"]["after"] == "gosuslugi"
    assert "Да, через банк" not in await page(browser, "/checklist")


@pytest.mark.rule("A6")
async def test_for_a_pupil_of_14_the_pupil_applies(joining: Joining) -> None:
    hub = joining.hub
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(3, "Вера", born=date(2010, 3, 3))))
    anna = await signed(hub, "anna")
    found = (await told(await anna.get(PATH)))["items"]
    vera = next(one for one in found if one["child"]["first_name"] == "Вера")
    step = next(one for one in vera["steps"] if one["kind"] == "my_school")
    assert (step["state"], step["missing"]) == ("waiting", ["pupil_acts_alone"])


async def test_a_diary_that_asks_to_sign_in_again_is_told(joining: Joining) -> None:
    anna, hub = joining.anna, joining.hub
    await anna.link()
    await anna.me()
    hub.diary.dead_tokens.add("t1")
    hub.diary.refresh_fails = AuthExpired("dnevnik", "refused")
    await anna.get(f"/api/v1/children/{joining.petya}/marks", **{"Cache-Control": "no-cache"})
    found = (await steps(anna))["diary"]
    assert (found["state"], found["missing"]) == ("attention", ["needs_login"])


async def test_a_child_on_the_schools_own_list_needs_no_application(hub: Hub) -> None:
    desk = await open_desk(hub)
    found = (await steps(desk.anna))["my_school"]
    assert (found["state"], "Школа 5" in found["text"]) == ("done", True)


async def test_several_children_have_a_list_each(joining: Joining) -> None:
    joining.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(3, "Лев")))
    anna = await signed(joining.hub, "anna")
    names = [one["child"]["first_name"] for one in (await told(await anna.get(PATH)))["items"]]
    assert sorted(names) == ["Лев", "Пётр"]


async def test_a_mark_that_cannot_be_is_refused(joining: Joining) -> None:
    for body, status in REFUSED:
        assert (await joining.anna.send("PUT", f"{PATH}/marks", json=body)).status_code == status, body
    assert await joining.hub.rows("SELECT mark FROM checklist_mark") == []


async def test_a_foreign_child_is_not_marked_and_a_forged_form_neither(joining: Joining) -> None:
    stranger, mark = await relative(joining.hub, snils=None), {"mark": "home", "value": "aside", "child": joining.petya}
    assert (await stranger.send("PUT", f"{PATH}/marks", json=mark)).status_code == 404
    assert (await joining.anna.send("PUT", f"{PATH}/marks", json=mark, csrf="wrong")).status_code == 403
    assert (await joining.hub.browser().get(PATH)).status_code == 401
    assert await joining.hub.rows("SELECT mark FROM checklist_mark") == []


@pytest.mark.feature("F046")
async def test_the_first_page_shows_what_is_left_until_it_is_put_away(joining: Joining) -> None:
    anna = joining.anna
    assert "Осталось подключить" in await page(anna, "/") and "дальше — Дневник" in await page(anna, "/")
    shown = await page(anna, "/checklist")
    assert "Подать заявление" in shown and "по желанию" in shown
    answer = await form(anna, "/checklist", mark="home", value="aside", child=joining.petya)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/checklist")
    assert "Осталось подключить" not in await page(anna, "/") and "Снова показывать" in await page(anna, "/checklist")


@pytest.mark.rule("A5a")
async def test_a_restricted_person_sees_no_child_and_no_school_in_the_list(hub: Hub) -> None:
    desk = await open_desk(hub)
    ivan = await desk.father()
    await desk.restrict(await desk.person(ivan))
    ivan = await signed(hub, "ivan")
    text = await (await ivan.get(PATH)).get_data(as_text=True)
    assert "Школа 5" not in text and "Пётр" not in text and DOCUMENT["number"] not in text
