"""A VK ID played in memory, and what it tells of Anna."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from connectors.kit.manifest import Manifest
from connectors.kit.ports import Arrival, Departure
from connectors.vkid.manifest import MANIFEST
from identity.claims import Claims, Contact, Level
from tests.flows.kit import Browser, Hub, parent

PHONE, EMAIL = "+79262464800", "anna@example.org"


def profile(subject: str = "880000001", **changes: Any) -> Claims:
    """Anna as VK tells of her: the same name, birth date, phone and e-mail as at Gosuslugi, none of them proven."""
    made = Claims(
        system="vkid",
        subject=subject,
        level=Level.UNKNOWN,
        last_name="Орлова",
        first_name="Анна",
        birth_date=date(1985, 3, 4),
        phones=(Contact(value=PHONE),),
        emails=(Contact(value=EMAIL),),
    )
    return replace(made, **changes)


@dataclass
class FakeVk:
    """VK ID in memory; unlike Gosuslugi it never says when the person proved who they are."""

    claims: dict[str, Claims | Exception] = field(default_factory=dict)
    name: str = "vkid"
    manifest: Manifest = MANIFEST

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return Departure(url=f"https://vk.test/authorize?state={state}&redirect_uri={redirect_uri}", keep={"verifier": f"of {state}"})

    async def finish(self, arrival: Arrival) -> Claims:
        assert arrival.keep["verifier"] == f"of {arrival.state}"
        assert arrival.redirect_uri.endswith("/auth/vkid/return")
        found = self.claims[arrival.params["code"]]
        if isinstance(found, Exception):
            raise found
        return found

    def logout_url(self, *, return_to: str) -> str | None:
        return None

    def unwrapped(self, params: Mapping[str, str]) -> Mapping[str, str]:
        return json.loads(params["payload"]) if "payload" in params else params


async def by_vk(browser: Browser, code: str = "anna") -> dict[str, Any]:
    answer = await browser.back(await browser.leave("vkid"), code, "vkid")
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    return await browser.me()


def ports(hub: Hub) -> MutableMapping[str, object]:
    """The hub's ways to sign in, to be changed by a test."""
    return cast("MutableMapping[str, object]", hub.deps.sign_ins)


def plug_in(hub: Hub) -> FakeVk:
    """Beside Gosuslugi, which knows Anna by the same phone and e-mail."""
    played = FakeVk(claims={"anna": profile()})
    ports(hub)["vkid"] = played
    hub.esia.claims["anna"] = parent(phones=(Contact(value=PHONE, verified=True),), emails=(Contact(value=EMAIL, verified=True),))
    return played
