"""«Мои входы»: what stands on the page, connecting from it, taking away, bringing back, and the offer «это вы?» (RULES A3, A10, A11)."""

from __future__ import annotations

import html
import re

import pytest

from tests.flows.joining import enter, weak
from tests.flows.joining import plug_in as plug_in_mosru
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.test_profiles import KID, links_of
from tests.flows.test_sign_in_again import post, text_of
from tests.flows.vk import FakeVk, by_vk, plug_in, profile

HTML = {"Accept": "text/html"}
AWAY = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    played = plug_in(hub)
    played.claims["petr"] = profile("880000007", **KID)
    return played


def away(page: str) -> str:
    found = AWAY.search(page)
    assert found, page
    url = html.unescape(found.group(1))
    assert f'href="{found.group(1)}"' in page, "and a link for a browser that does not move by itself"
    return url


async def connect(browser: Browser, system: str, person: str, code: str) -> str:
    status, page, _ = await post(browser, f"/family/sign-ins/add/{system}", person=person)
    assert status == 200, page
    answer = await browser.back(away(page).split("state=")[1].split("&")[0], code, system)
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    return str(answer.headers["Location"])


@pytest.mark.rule("A9")
async def test_a_profile_is_connected_from_the_page_and_stands_on_it(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    me = await browser.sign_in()
    before = await text_of(browser, "/family/sign-ins")
    assert "подтверждённая учётная запись Госуслуг" in before and "Подключить VK ID" in before
    assert await connect(browser, "vkid", me["person"]["id"], "anna") == "/family/sign-ins?linked=1"
    after = await text_of(browser, "/family/sign-ins?linked=1")
    assert "Подключено." in after and "Сам по себе не доказывает" in after
    assert "vkid" in [one[0] for one in await links_of(browser)]


@pytest.mark.rule("A9")
async def test_a_childs_profile_is_named_as_the_childs(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    child = (await browser.sign_in())["children"][0]["id"]
    page = await text_of(browser, f"/family/sign-ins/add/vkid?person={child}")
    assert "Пётр Орлов" in page and "на его собственном номере" in page
    await connect(browser, "vkid", child, "petr")
    after = await text_of(browser, "/family/sign-ins")
    assert "Профили детей" in after and "Кабинет не открывает" in after


@pytest.mark.rule("A11")
async def test_taking_a_sign_in_away_asks_first(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    me = await browser.sign_in()
    await connect(browser, "vkid", me["person"]["id"], "anna")
    link = next(one["id"] for one in (await (await browser.get("/api/v1/links")).get_json())["items"] if one["system"] == "vkid")
    page = await text_of(browser, f"/family/sign-ins/{link}/remove")
    assert "Этот вход перестанет открывать кабинет" in page
    status, _, there = await post(browser, f"/family/sign-ins/{link}/remove")
    assert (status, there) == (303, "/family/sign-ins")
    assert (await browser.get(f"/family/sign-ins/{link}/remove", **HTML)).status_code == 404
    guest = hub.browser()
    assert (await by_vk(guest))["person"]["id"] != me["person"]["id"], "the profile opens that cabinet no more"


@pytest.mark.rule("A16")
@pytest.mark.parametrize("path", ["/family/sign-ins/add/vkid", "/family/merge", "/family/sign-ins/{link}/remove"])
async def test_a_page_says_before_the_tap_that_the_sign_in_is_too_old_and_comes_back(hub: Hub, vk: FakeVk, path: str) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    link = next(one["id"] for one in (await (await browser.get("/api/v1/links")).get_json())["items"] if one["system"] == "dnevnik")
    where = path.format(link=link)
    assert "Войти заново и продолжить" not in await text_of(browser, where)
    hub.clock.go(minutes=6)
    old = await text_of(browser, where)
    way = re.search(r'href="(/auth/esia/start\?again=1[^"]*)"', old)
    assert way and "<form method" not in old.split("</header>")[1]
    assert (await browser.get(html.unescape(way.group(1)))).headers["Location"].startswith("https://esia.test/idp/ext/Logout")
    start = await browser.get((await browser.get("/")).headers["Location"])
    answer = await browser.back(start.headers["Location"].split("state=")[1].split("&")[0], "anna")
    assert answer.headers["Location"].split("?")[0] == where
    assert "Войти заново и продолжить" not in await text_of(browser, where)


@pytest.mark.rule("A10")
async def test_each_suspended_account_returns_from_the_page_and_not_by_itself(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    me = await browser.sign_in()
    page = await text_of(browser, "/family/sign-ins")
    assert f'href="/family/sign-ins/add/vkid?person={me["person"]["id"]}"' in page and ">Вернуть</a>" in page
    await connect(browser, "vkid", me["person"]["id"], "anna")
    assert ("vkid", me["person"]["id"], "parent", "active") in await links_of(browser)
    assert (await by_vk(hub.browser()))["person"]["id"] == me["person"]["id"]


@pytest.mark.rule("A3")
async def test_it_may_be_you_is_offered_and_joined_by_both_sides(hub: Hub, vk: FakeVk) -> None:
    known = (await hub.browser().sign_in())["person"]["id"]
    browser = hub.browser()
    shell = (await by_vk(browser))["person"]["id"]
    page = await text_of(browser, "/family/sign-ins")
    assert "Это вы?" in page and 'href="/auth/esia/start?next=/family/sign-ins"' in page
    told = (await (await browser.get("/api/v1/me/notices")).get_json())["items"]
    assert [(one["kind"], one["href"]) for one in told if one["kind"] == "maybe_you"] == [("maybe_you", "/family/sign-ins")]
    assert known not in page and "+7" not in page, "nothing of the other cabinet is told"
    await browser.sign_in()
    assert (await browser.me())["person"]["id"] == known
    await connect(browser, "vkid", known, "anna")
    assert (await by_vk(hub.browser()))["person"]["id"] == known != shell


@pytest.mark.rule("A3")
async def test_nobody_is_offered_anything_without_a_likeness(hub: Hub, vk: FakeVk) -> None:
    await hub.browser().sign_in()
    vk.claims["other"] = profile("880000099", last_name="Иная", first_name="Инна", birth_date=None, phones=(), emails=())
    browser = hub.browser()
    await by_vk(browser, "other")
    page = await text_of(browser, "/family/sign-ins")
    assert "Это вы?" not in page and "Этот кабинет пока не подтверждён" in page
    assert "единственный вход в этот кабинет" in page


async def test_a_foreign_link_child_or_system_does_not_exist(hub: Hub, vk: FakeVk) -> None:
    anna = hub.browser()
    child = (await anna.sign_in())["children"][0]["id"]
    link = (await (await anna.get("/api/v1/links")).get_json())["items"][0]["id"]
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "").snils, children=())
    boris = hub.browser()
    await boris.sign_in("boris")
    for path in (
        f"/family/sign-ins/{link}/remove",
        f"/family/sign-ins/add/vkid?person={child}",
        "/family/sign-ins/add/vkid?person=nobody",
        "/family/sign-ins/add/esia",
        "/family/sign-ins/add/nothing",
    ):
        assert (await boris.get(path, **HTML)).status_code == 404, path
    assert (await post(boris, f"/family/sign-ins/{link}/remove"))[0] == 404
    assert (await post(boris, "/family/sign-ins/add/vkid", person=child))[0] == 404


@pytest.mark.rule("A11")
async def test_two_cabinets_are_joined_over_gosuslugis_own_sign_out(hub: Hub) -> None:
    mosru = plug_in_mosru(hub)
    mosru.claims["anna"] = weak()
    known = (await hub.browser().sign_in())["person"]["id"]
    browser = hub.browser()
    await enter(browser, "mosru")
    status, page, _ = await post(browser, "/family/merge", system="esia")
    assert status == 200
    assert away(page).startswith("https://esia.test/idp/ext/Logout"), "else Gosuslugi lets in whoever is signed in there"
    onward = (await browser.get("/")).headers["Location"]
    assert re.fullmatch(r"/family/merge/[\w-]+/go", onward)
    leave = await browser.get(onward)
    answer = await browser.back(leave.headers["Location"].split("state=")[1].split("&")[0], "anna")
    preview = await text_of(browser, answer.headers["Location"])
    assert "Останется второй кабинет" in preview and "Пётр Орлов" in preview
    status, _, there = await post(browser, f"{answer.headers['Location']}/confirm")
    assert status == 303
    assert "Кабинеты объединены" in await text_of(browser, there)
    assert (await browser.me())["person"]["id"] == known
    status, _, there = await post(browser, f"{there}/undo")
    assert status == 303
    assert (await enter(hub.browser(), "mosru"))["person"]["id"] != known


@pytest.mark.rule("A16")
async def test_a_profile_that_tells_no_time_is_connected_and_not_merged(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await browser.sign_in()
    assert 'value="vkid"' not in await text_of(browser, "/family/merge")
    answer = await browser.send("POST", "/api/v1/merges", json={"system": "vkid"})
    assert (answer.status_code, "Мои входы" in (await answer.get_json())["detail"]) == (400, True)


@pytest.mark.rule("A10")
@pytest.mark.security("21")
async def test_a_diary_of_the_record_that_ends_with_its_only_sign_in_is_not_lost(hub: Hub) -> None:
    plug_in_mosru(hub)
    lone = hub.browser()
    await enter(lone, "mosru")
    await lone.link()
    browser = hub.browser()
    me = (await browser.sign_in())["person"]["id"]
    await connect(browser, "mosru", me, "anna")
    assert sorted((one[0], one[3]) for one in await links_of(browser)) == [
        ("dnevnik", "suspended"), ("esia", "active"), ("mosru", "active"),
    ]  # fmt: skip
    assert await hub.rows("SELECT id FROM diary_link") == [], "whoever had opened it before reads it no more"
    assert (await lone.get("/api/v1/me")).status_code == 401
    assert (await browser.link()).status_code == 303, "and its owner opens it anew: no dead end"
    assert ("dnevnik", me, "parent", "active") in await links_of(browser)
