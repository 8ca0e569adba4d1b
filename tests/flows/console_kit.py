"""An operator who came by the one-time link, in a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quart import Response

from identity.store.accounts.operator_links import open_operator_link
from identity.store.accounts.operators import add_operator
from tests.flows.kit import Browser, Hub, parent

PAL = parent("7000", last_name="Операторов", first_name="Пал", snils=None, children=())


async def link_of(hub: Hub, name: str = "Пал Операторов") -> tuple[str, str]:
    """The new operator's id and the code of the one-time link."""

    def unit() -> tuple[str, str]:
        id_ = add_operator(hub.deps.keys, name, now=hub.clock())
        return id_, open_operator_link(hub.deps.keys, id_, now=hub.clock())

    return await hub.deps.db.write(unit)


async def come(browser: Browser, code: str, **headers: str) -> Response:
    """Sends the form of `/console/enter`."""
    given = {"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000", **headers}
    form = {"csrf_token": browser.csrf, "code": code}
    return await browser.client.post("/console/enter", form=form, headers=given)


@dataclass
class Console:
    hub: Hub
    pal: Browser
    operator: str

    async def json(self, path: str) -> dict[str, Any]:
        answer = await self.pal.get(f"/api/v1/console/{path}")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def page(self, path: str) -> str:
        answer = await self.pal.get(f"/console{path}", Accept="text/html")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        return str(await answer.get_data(as_text=True))


async def open_console(hub: Hub) -> Console:
    hub.esia.claims["pal"] = PAL
    id_, code = await link_of(hub)
    browser = hub.browser()
    await browser.sign_in("pal")
    answer = await come(browser, code)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console"), await answer.get_data(as_text=True)
    return Console(hub, browser, id_)
