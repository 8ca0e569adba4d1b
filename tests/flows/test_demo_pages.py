"""A demo says so on every page, and a real hub on none (ARCHITECTURE 7)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from quart import Quart

from hub.app import create_app
from tests.flows.kit import Browser, Hub
from tests.flows.settings_kit import settings

PAGE = "text/html,application/xhtml+xml"


async def pages(app: Quart, browser: Browser, child: str) -> dict[str, str]:
    """Path -> text of every address that answers with a page, errors among them."""
    found = {}
    paths = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "filename" not in rule.arguments}
    for rule in sorted(paths | {"/no-such-page", "/children/<child>/no-such-view"}):
        path = rule.replace("<child>", child).replace("<system>", "esia").replace("<", "").replace(">", "")
        answer = await browser.get(path, Accept=PAGE)
        if answer.content_type.startswith("text/html") and not answer.headers.get("Location"):
            found[path] = await answer.get_data(as_text=True)
    return found


async def test_every_page_of_a_demo_says_that_it_is_one(hub: Hub) -> None:
    hub.deps.stopping.set()
    browser = hub.browser()
    outside = await pages(hub.app, hub.browser(), "x")
    await browser.sign_in()
    await browser.link()
    child = (await browser.me())["children"][0]["id"]
    inside = await pages(hub.app, browser, child)
    assert len(inside) > 8
    assert [path for path, text in {**outside, **inside}.items() if "Демонстрация" not in text] == []
    assert [path for path in ("/", "/no-such-page", f"/children/{child}/diary") if path not in inside] == []


async def test_no_page_of_a_real_hub_says_so(hub: Hub, tmp_path: Path) -> None:
    hub.deps.stopping.set()
    deps = replace(hub.deps, settings=settings(tmp_path, demo=False, public_url="http://localhost:8000"))
    app = create_app(deps)
    browser = Browser(app.test_client())
    await browser.sign_in()
    shown = await pages(app, browser, "x")
    assert len(shown) > 5
    assert [path for path, text in shown.items() if "Демонстрация" in text] == []
