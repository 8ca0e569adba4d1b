"""A signed-in mother whose phone and e-mail Gosuslugi told, and what was sent to her old and new ones."""

from __future__ import annotations

import re
from typing import Any

from hub.flows.send_texts import send_due
from hub.store.reach import may_take_secrets, of_person
from identity.claims import Contact
from tests.flows.channel_kit import FakeChannel, with_channels
from tests.flows.kit import Hub, parent
from tests.flows.text_kit import FakeGateway

OLD, NEW = "+79161234567", "+79137654321"


class Stand:
    """A signed-in mother whose phone and e-mail Gosuslugi told; SMS and letters go to `texts` and `mail`."""

    def __init__(self, hub: Hub) -> None:
        self.texts, self.mail = FakeGateway(), FakeChannel(name="email")
        hub.change(texts={"smsc": self.texts}, channels=with_channels(self.mail))
        hub.esia.claims["anna"] = parent(
            phones=(Contact(value=OLD, verified=True),), emails=(Contact(value="anna@mail.example", verified=True),)
        )
        self.hub, self.browser = hub, hub.browser()

    async def ask(self, value: str = NEW, kind: str = "phone", **more: Any) -> Any:
        return await self.browser.send("POST", f"/api/v1/me/contacts/{kind}", json={"value": value}, **more)

    async def confirm(self, id_: str, code: str) -> Any:
        return await self.browser.send("POST", "/api/v1/me/contacts/confirm", json={"id": id_, "code": code})

    async def contacts(self) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.browser.get("/api/v1/me/contacts")).get_json()
        return found

    async def sent(self) -> list[tuple[str, str]]:
        """Every SMS so far: phone and text."""
        while await send_due(self.hub.deps):
            pass
        return self.texts.sent

    async def code(self, phone: str = NEW) -> str:
        return next(found.group() for to, text in reversed(await self.sent()) if to == phone and (found := re.search(r"\d{6,10}", text)))

    async def changed(self, value: str = NEW) -> None:
        answer = await self.ask(value)
        assert (await self.confirm((await answer.get_json())["id"], await self.code(value))).status_code == 200

    async def told(self) -> list[str]:
        """Kinds of the notices on the page, the newest first."""
        return [one["kind"] for one in (await (await self.browser.get("/api/v1/me/notices")).get_json())["items"]]

    async def used(self) -> dict[str, str]:
        who = (await (await self.browser.get("/api/v1/me")).get_json())["person"]["id"]
        found = await self.hub.deps.db.read(lambda: of_person(self.hub.deps.keys, who))
        return {one.channel.value: one.to.reveal() for one in found}

    async def secret(self, phone: str) -> bool:
        who = (await (await self.browser.get("/api/v1/me")).get_json())["person"]["id"]
        now = self.hub.clock()
        return await self.hub.deps.db.read(lambda: may_take_secrets(self.hub.deps.keys, who, phone, now=now))
