"""How a push is handed to the service that the browser named: encrypted for that browser alone, signed by our key."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from connectors.kit.calls import Caller
from connectors.kit.channel import DELIVER_WITHIN_S, Delivered, Delivery, Gone, PushChannel
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.notice import TextState
from connectors.notices.webpush import errors, mapping
from connectors.notices.webpush.manifest import DEMO_SUBJECT, HOSTS, MANIFEST
from connectors.notices.webpush.sealing import Sealing

_TOPIC = re.compile(r"[A-Za-z0-9_-]{0,32}")
MOST_SERVICES = 200


class WebPush:
    """Our key and every push service that browsers name. Of one topic the later push replaces the earlier that was not shown."""

    manifest: Manifest = MANIFEST
    name = "push"
    sends_once = True

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self._system, self._loopback = config.instance, config.demo
        self._hosts = tuple(one.strip().lower() for one in config.options.get("HOSTS", HOSTS).split(",") if one.strip())
        try:
            pem = Path(config.options.get("KEY", "")).read_bytes()
            self._sealing = Sealing(pem, subject=config.options.get("SUBJECT", DEMO_SUBJECT))
        except (OSError, ValueError) as error:
            raise BadSetting("KEY", "must name a file with a P-256 key in PEM") from error
        self._now, self._reach = equipment.now, equipment.reach
        self._callers: dict[str, Caller] = {}

    @property
    def application_key(self) -> str:
        return self._sealing.public

    def accepts(self, endpoint: str, p256dh: str, auth: str) -> bool:
        return mapping.may_lead_to(endpoint, self._hosts, loopback=self._loopback) and mapping.keys_fit(p256dh, auth)

    async def send(self, delivery: Delivery) -> Delivered:
        to = mapping.subscription(self._system, delivery.to.reveal())
        if not mapping.may_lead_to(to.endpoint, self._hosts, loopback=self._loopback):
            raise Gone(self._system, "no push service that we know", text=errors.ENDED)
        if not _TOPIC.fullmatch(delivery.topic):
            raise Rejected(self._system, "topic", errors.OURS)
        origin, path = mapping.split(to.endpoint)
        now = self._now()
        headers = {**mapping.headers(delivery, now=now), "Authorization": self._sealing.authorization(origin, now=now)}
        response = await self._caller(origin).call(
            "POST",
            path,
            headers=headers,
            content=self._sealing.sealed(mapping.payload(delivery), p256dh=to.p256dh, auth=to.auth),
            deadline_s=DELIVER_WITHIN_S,
            # Of one topic the second takes the place of the first, and a browser that showed the first shows the same notice again.
            idempotent=True,
        )
        errors.raise_error(self._system, response)
        return Delivered(outside_id=_message(response.headers.get("Location", "")), state=TextState.SENT, word=str(response.status_code))

    def _caller(self, origin: str) -> Caller:
        """Each service has a breaker of its own: one that is down stops no other."""
        if origin not in self._callers and len(self._callers) >= MOST_SERVICES:
            self._callers.pop(next(iter(self._callers)))
        return self._callers.setdefault(origin, self._reach(origin))


def _message(location: str) -> str:
    """The last part of the message's address: the whole of it would let whoever has it take the push back."""
    return urlsplit(location).path.rpartition("/")[2][:64]


def connect(config: ConnectorConfig, equipment: Equipment) -> PushChannel | None:
    """None without a key: outside the demo the connector is off then, and the demo makes its key before it connects."""
    return WebPush(config, equipment) if config.options.get("KEY") else None
