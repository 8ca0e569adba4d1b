"""One operation of the service: the envelope by zeep, the way by the hub's one caller, the answer checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.diaries.epgu import envelope
from connectors.diaries.epgu.envelope import Plain
from connectors.diaries.epgu.errors import checked
from connectors.diaries.epgu.manifest import MANIFEST
from connectors.diaries.epgu.mapping.account import digits
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
SENDER = MANIFEST.settings[0].default
# Smaller answers are opened faster than a thread is woken.
BIG = 256 * 1024


class Api:
    """The address of the service. Shared by all families; holds no SNILS."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self._caller = equipment.callers[PREFIX]
        self._sender = config.options.get("SENDER", SENDER)
        self._ready = False

    async def ready(self) -> None:
        """Reads the WSDL, which takes a second once in a process: no question's time is to be spent on it."""
        if not self._ready:
            await asyncio.to_thread(envelope.prepare)
            self._ready = True

    async def ask(self, operation: str, token: Secret, deadline: Deadline, fields: Mapping[str, str] | None = None) -> Plain:
        """What lies in AppData. The applicant is always named, so that the service itself keeps to the applicant's own pupils."""
        snils = digits(token.reveal())
        if not snils:
            raise AuthExpired(self.system, "no SNILS")
        given = {**(fields or {}), "ApplicantSnils": snils}
        response = await self._caller.call(
            "POST",
            "",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": envelope.action(operation), "Accept": "text/xml"},
            content=envelope.request(operation, given, sender=self._sender, now=self.now()),
        )
        if len(response.content) > BIG:
            return await asyncio.to_thread(checked, self.system, response, operation)
        return checked(self.system, response, operation)
