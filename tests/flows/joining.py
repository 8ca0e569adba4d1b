"""A second way to sign in that tells when its owner signed in, and the steps of joining two records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.kit.manifest import Instance, Kind, Manifest
from connectors.kit.ports import Departure
from identity.claims import Claims, Level
from tests.flows.kit import Browser, FakeEsia, Hub, parent
from tests.flows.vk import ports


@dataclass
class FakeProvider(FakeEsia):
    """A standard provider: a weak sign-in with a time, that asks for the password again when told to."""

    name: str = "mosru"
    anew: int = 0
    manifest: Manifest = field(
        default_factory=lambda: Manifest(
            id="openid",
            title="mos.ru",
            kind=Kind.SIGN_IN,
            documents=(),
            instances=(Instance(name="mosru", title="mos.ru", prefixes=("op",)),),
        )
    )

    async def begin_anew(self, *, state: str, redirect_uri: str) -> Departure:
        self.anew += 1
        return await self.begin(state=state, redirect_uri=redirect_uri)

    def logout_url(self, *, return_to: str) -> str | None:
        return None


def weak(subject: str = "m-1", **changes: Any) -> Claims:
    """Anna at mos.ru: the same name, nothing proven."""
    made: dict[str, Any] = {"system": "mosru", "level": Level.UNKNOWN, "snils": None, "children": None}
    return parent(subject, **(made | changes))


def plug_in(hub: Hub) -> FakeProvider:
    played = FakeProvider(hub.clock, claims={"anna": weak()})
    ports(hub)["mosru"] = played
    return played


async def enter(browser: Browser, system: str, code: str = "anna") -> dict[str, Any]:
    answer = await browser.back(await browser.leave(system), code, system)
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    return await browser.me()


async def asked(browser: Browser, system: str = "mosru") -> tuple[str, str]:
    """The wish, and the state with which the browser left."""
    answer = await browser.send("POST", "/api/v1/merges", json={"system": system})
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    body = await answer.get_json()
    return body["id"], parse_qs(urlsplit(body["authorize_url"]).query)["state"][0]


async def proven(browser: Browser, system: str = "mosru", code: str = "anna") -> dict[str, Any]:
    """Both sides signed in; the preview."""
    wish, state = await asked(browser, system)
    answer = await browser.back(state, code, system)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/family/merge/{wish}")
    return await shown(browser, wish)


async def shown(browser: Browser, wish: str) -> dict[str, Any]:
    answer = await browser.get(f"/api/v1/merges/{wish}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def merged(browser: Browser, system: str = "mosru", code: str = "anna") -> dict[str, Any]:
    wish = await proven(browser, system, code)
    answer = await browser.send("POST", f"/api/v1/merges/{wish['id']}/confirm")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    await browser.me()
    return await shown(browser, wish["id"])


async def two(hub: Hub) -> tuple[Browser, str, str]:
    """A weak record that has a diary, and a browser signed in to the strong one; the ids of weak and strong."""
    browser = hub.browser()
    lone = (await enter(browser, "mosru"))["person"]["id"]
    await browser.link()
    strong = (await hub.browser().sign_in())["person"]["id"]
    browser = hub.browser()
    await browser.sign_in()
    return browser, lone, strong
