"""How SMSC.ru is asked: forms to `/sys/*.php`, the password in the body and never in the address."""

from __future__ import annotations

import re

from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.notice import ASK_WITHIN_S, MOST_PARTS, SEND_WITHIN_S, Message, Price, SameAgain, SentText, TextGateway, parts_of
from connectors.notices.smsc import errors, mapping
from connectors.notices.smsc.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
_ID = re.compile(r"[0-9]{1,20}")


class Smsc:
    """One account at SMSC.ru. Our id becomes the message's number there, so a lost answer is found again."""

    manifest: Manifest = MANIFEST
    finds = True

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]

    async def send(self, message: Message) -> SentText:
        """What the gateway takes for a repeat may be this very message: then it is there already."""
        if not 1 <= parts_of(message.text.reveal()) <= MOST_PARTS or not message.text:
            raise Rejected(self.name, "length", errors.OURS)
        deadline, number = Deadline(self.name, SEND_WITHIN_S), mapping.number_of(message.id)
        told = {**_addressed(message), "id": number, "cost": "2"}
        if sender := self._options.get("SENDER", ""):
            told["sender"] = sender
        try:
            return mapping.taken(self.name, await self._ask("send", deadline, told, idempotent=False))
        except SameAgain as repeated:
            try:
                return await self._status(deadline, message, number)
            except NotFound:
                raise repeated from None

    async def find(self, message: Message) -> SentText:
        return await self._status(Deadline(self.name, ASK_WITHIN_S), message, mapping.number_of(message.id))

    async def status(self, message: Message, gateway_id: str) -> SentText:
        if not _ID.fullmatch(gateway_id):
            raise errors.unknown(self.name)
        return await self._status(Deadline(self.name, ASK_WITHIN_S), message, gateway_id)

    async def _status(self, deadline: Deadline, message: Message, number: str) -> SentText:
        body = await self._ask("status", deadline, {"phone": _phone(message), "id": number, "all": "1"})
        return mapping.status(self.name, body, number)

    async def price(self, message: Message) -> Price:
        return mapping.price(self.name, await self._ask("send", Deadline(self.name, ASK_WITHIN_S), {**_addressed(message), "cost": "1"}))

    async def balance(self) -> int:
        return mapping.balance(self.name, await self._ask("balance", Deadline(self.name, ASK_WITHIN_S), {}))

    async def _ask(self, page: str, deadline: Deadline, told: dict[str, str], *, idempotent: bool = True) -> bytes:
        options = self._options
        form = {"login": options.get("LOGIN", ""), "psw": options.get("PSW", ""), "fmt": "3", "charset": "utf-8", **told}
        response = await self._caller.call("POST", f"/sys/{page}.php", deadline_s=deadline.left(), idempotent=idempotent, data=form)
        return errors.checked(self.name, response)


def _addressed(message: Message) -> dict[str, str]:
    return {"phones": _phone(message), "mes": message.text.reveal()}


def _phone(message: Message) -> str:
    return message.phone.reveal().lstrip("+")


def connect(config: ConnectorConfig, equipment: Equipment) -> TextGateway:
    return Smsc(config, equipment)
