"""A sign-in that is too old is done anew, and what was being done goes on where it was (RULES A16)."""

from __future__ import annotations

import re

import pytest

from tests.flows.kit import Browser, Hub, parent

HTML = {"Accept": "text/html"}
PAGE = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def post(browser: Browser, path: str, **fields: str) -> tuple[int, str, str]:
    """A form sent by a page: status, text, and where it leads."""
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    answer = await browser.client.post(path, form={"csrf_token": browser.csrf, **fields}, headers=headers)
    return answer.status_code, str(await answer.get_data(as_text=True)), answer.headers.get("Location", "")


async def text_of(browser: Browser, path: str) -> str:
    answer = await browser.get(path, **HTML)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return str(await answer.get_data(as_text=True))


def way_on(page: str) -> str:
    found = re.search(r'href="(/auth/[a-z]+/start\?again=1[^"]*)"', page)
    assert found, page
    return found.group(1).replace("&amp;", "&")


async def anew(browser: Browser, way: str, code: str = "anna") -> str:
    """Through the provider's sign-out and a new sign-in; where the browser is in the end."""
    out = await browser.get(way)
    assert out.headers["Location"].startswith("https://esia.test/idp/ext/Logout"), "whoever is signed in there would come back in silence"
    home = await browser.get("/")
    start = await browser.get(home.headers["Location"])
    state = start.headers["Location"].split("state=")[1].split("&")[0]
    return str((await browser.back(state, code)).headers["Location"])


@pytest.mark.rule("A16")
async def test_a_form_sent_too_late_waits_for_the_new_sign_in_and_goes_on(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    link = (await browser.me())["children"][0]["diaries"][0]["link"]
    hub.clock.go(minutes=6)
    status, page, _ = await post(browser, f"/family/sign-ins/{link}/remove")
    assert status == 403 and "Войти заново и продолжить" in page
    there = await anew(browser, way_on(page))
    await browser.me()
    form = await text_of(browser, there)
    assert f'action="/family/sign-ins/{link}/remove"' in form
    status, _, _ = await post(browser, f"/family/sign-ins/{link}/remove")
    assert status == 303
    assert await hub.rows("SELECT id FROM diary_link") == []


@pytest.mark.rule("A16")
async def test_what_was_typed_is_kept_sealed_and_only_for_who_typed_it(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    hub.clock.go(minutes=6)
    _, page, _ = await post(browser, "/family/sign-ins/none/remove", note="Тётя Вера")
    there = await anew(browser, way_on(page))
    await browser.me()
    assert "Тётя Вера" in await text_of(browser, there)
    assert "Вера" not in str(await hub.rows("SELECT * FROM kept_form"))
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    other = hub.browser()
    await other.sign_in("boris")
    assert (await other.get(there)).status_code == 404
    hub.clock.go(minutes=16)
    assert (await browser.get(there)).status_code == 404


@pytest.mark.rule("A16")
async def test_a_password_is_not_kept(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    hub.clock.go(minutes=6)
    status, page, _ = await post(browser, "/connect/dnevnik", login="anna", password="secret")
    assert status == 403
    assert await hub.rows("SELECT * FROM kept_form") == []
    assert "secret" not in page


@pytest.mark.rule("A16")
@pytest.mark.security("27")
async def test_a_foreign_page_cannot_sign_anybody_out_of_gosuslugi(hub: Hub) -> None:
    browser = hub.browser()
    answer = await browser.get("/auth/esia/start?again=1", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.headers["Location"].startswith("https://esia.test/ac")


@pytest.mark.parametrize(
    "value", ["system=esia&next=//evil.test", "system=nobody&next=/family", "x", "next=/family&system=esia&a=b", "%%%&%%"]
)
async def test_a_strange_note_of_where_to_go_on_leads_nowhere_else(hub: Hub, value: str) -> None:
    browser = hub.browser()
    answer = await browser.get("/", Cookie=f"hub-again={value}")
    assert answer.headers.get("Location", "/auth/esia/start?next=%2F") == "/auth/esia/start?next=%2F"
