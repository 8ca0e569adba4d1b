"""How SMS.RU is asked: forms with `json=1`, the key in the body and never in the address."""

from __future__ import annotations

import re

from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.errors import Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.notice import ASK_WITHIN_S, MOST_PARTS, SEND_WITHIN_S, Message, Price, SentText, TextGateway, parts_of
from connectors.notices.smsru import errors, mapping
from connectors.notices.smsru.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


class SmsRu:
    """One account at SMS.RU. It knows messages by its own ids only: after a lost answer nothing can be found out."""

    manifest: Manifest = MANIFEST
    finds = False

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]

    async def send(self, message: Message) -> SentText:
        if not 1 <= parts_of(message.text.reveal()) <= MOST_PARTS or not message.text:
            raise Rejected(self.name, "length", errors.OURS)
        told = _addressed(message)
        if sender := self._options.get("FROM", ""):
            told["from"] = sender
        return mapping.taken(self.name, await self._ask("/sms/send", SEND_WITHIN_S, told, idempotent=False))

    async def find(self, message: Message) -> SentText:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", errors.OURS)

    async def status(self, message: Message, gateway_id: str) -> SentText:  # noqa: ARG002 - the port's words
        if not _ID.fullmatch(gateway_id):
            raise errors.of(self.name, -1)
        return mapping.status(self.name, await self._ask("/sms/status", ASK_WITHIN_S, {"sms_id": gateway_id}), gateway_id)

    async def price(self, message: Message) -> Price:
        return mapping.price(self.name, await self._ask("/sms/cost", ASK_WITHIN_S, _addressed(message)))

    async def balance(self) -> int:
        return mapping.balance(self.name, await self._ask("/my/balance", ASK_WITHIN_S, {}))

    async def _ask(self, path: str, within_s: float, told: dict[str, str], *, idempotent: bool = True) -> bytes:
        form = {"api_id": self._options.get("API_ID", ""), "json": "1", **told}
        response = await self._caller.call("POST", path, deadline_s=within_s, idempotent=idempotent, data=form)
        return errors.checked(self.name, response)


def _addressed(message: Message) -> dict[str, str]:
    return {"to": message.phone.reveal().lstrip("+"), "msg": message.text.reveal()}


def connect(config: ConnectorConfig, equipment: Equipment) -> TextGateway:
    return SmsRu(config, equipment)
