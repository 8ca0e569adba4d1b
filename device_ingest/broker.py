"""The connection to an MQTT 5 broker: it keeps our place while we are away, and a message is acknowledged only by whoever kept it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from device_ingest.model import MOST_BYTES
from device_ingest.shims.mqtt import EVENTS, STATUS, Parcel, subscription

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SESSION_S = 30 * 24 * 3600
"""As long as an event is good."""
IN_FLIGHT = 128
"""Messages that the broker gives us before the first is acknowledged; as many become one commit."""
LARGEST = 2 * MOST_BYTES
"""The broker gives us nothing larger: what is over the limit is refused with a word, what is far over it not even read."""
KEEPALIVE_S, TIMEOUT_S = 20, 10.0
ANSWER_KEPT_S = 24 * 3600
GROUP = "hub"
PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerGone(Exception):
    """The broker does not answer, or refused us; what it holds waits there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`client` is our name at the broker: the same after a restart, so that the session and what waits in it are ours again."""

    host: str
    port: int
    secure: bool
    client: str
    user: str = ""
    password: str = field(default="", repr=False)


def address_of(url: str, *, client: str) -> Address:
    """`mqtt://user:password@host:port` or `mqtts://…`."""
    parts = urlsplit(url)
    return Address(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        secure=parts.scheme == "mqtts",
        client=client,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class _Client(aiomqtt.Client):
    """Paho acknowledges by itself as soon as a message is read; here the caller does, after its commit."""

    def __init__(self, address: Address) -> None:
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own
        session.SessionExpiryInterval = SESSION_S
        session.ReceiveMaximum = IN_FLIGHT
        session.MaximumPacketSize = LARGEST
        super().__init__(
            address.host,
            address.port,
            identifier=address.client,
            username=address.user or None,
            password=address.password or None,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            properties=session,
            keepalive=KEEPALIVE_S,
            timeout=TIMEOUT_S,
            tls_context=ssl.create_default_context() if address.secure else None,
        )
        self._client.manual_ack_set(True)

    def acknowledge(self, parcel: Parcel) -> None:
        self._client.ack(parcel.number, parcel.level)

    def waiting(self, most: int) -> Iterator[aiomqtt.Message]:
        """What has arrived already, without waiting for more."""
        while most > 0 and not self._queue.empty():
            most -= 1
            yield self._queue.get_nowait()


class Line:
    """One connection; a parcel is good for the connection that it came by."""

    def __init__(self, client: _Client) -> None:
        self._client = client

    async def next(self) -> list[Parcel]:
        """At least one message, and those that came with it. Raises `BrokerGone`."""
        try:
            first = await anext(self._client.messages)
        except aiomqtt.MqttError as error:
            raise BrokerGone(str(error)) from error
        return [_parcel(one) for one in (first, *self._client.waiting(IN_FLIGHT - 1))]

    def acknowledge(self, parcel: Parcel) -> None:
        """In the order in which the messages came, as the standard has it."""
        self._client.acknowledge(parcel)

    async def answer(self, parcel: Parcel, body: bytes) -> None:
        """To the topic that the device named; raises `BrokerGone`."""
        found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's own
        found.ContentType = "application/json"
        found.MessageExpiryInterval = ANSWER_KEPT_S
        if parcel.correlation is not None:
            found.CorrelationData = parcel.correlation
        try:
            await self._client.publish(parcel.response_topic, body, qos=1, properties=found)
        except (aiomqtt.MqttError, ValueError) as error:
            raise BrokerGone(str(error)) from error


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Line]:
    """Subscribed to every device's events and status. Raises `BrokerGone`.

    Not by a shared subscription: mosquitto 2.0 forgets those when it is started anew, and what is said until we are back would be lost.
    """
    try:
        async with _Client(address) as client:
            await client.subscribe([(subscription(part), 1) for part in (EVENTS, STATUS)])
            yield Line(client)
    except (TimeoutError, aiomqtt.MqttError, OSError) as error:
        raise BrokerGone(str(error)) from error


def _parcel(message: aiomqtt.Message) -> Parcel:
    found: dict[str, Any] = message.properties.json() if message.properties else {}  # type: ignore[no-untyped-call]  # paho's own
    correlation = getattr(message.properties, "CorrelationData", None) if message.properties else None
    return Parcel(
        topic=str(message.topic),
        payload=message.payload if isinstance(message.payload, bytes) else b"",
        content_type=str(found.get("ContentType", "")),
        properties={str(name).lower(): str(value) for name, value in found.get("UserProperty", ())},
        response_topic=str(found.get("ResponseTopic", "")),
        correlation=correlation,
        number=message.mid,
        level=message.qos,
    )
