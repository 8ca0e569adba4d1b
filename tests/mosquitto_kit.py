"""A real mosquitto on a free port of this machine, with a device's own client beside it; both end with the test."""

from __future__ import annotations

import asyncio
import getpass
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PROGRAM = shutil.which("mosquitto") or ("/usr/sbin/mosquitto" if Path("/usr/sbin/mosquitto").exists() else "")
STARTS_WITHIN_S = 10.0


@dataclass
class Broker:
    """Keeps sessions on disk, so that it may be stopped and started."""

    folder: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    more: Sequence[str] = ()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or _free_port()
        lines = [
            f"listener {self.port} 127.0.0.1", "allow_anonymous true", "persistence true", f"persistence_location {self.folder}/",
            "autosave_interval 1", "log_dest none", f"user {getpass.getuser()}", *self.more,
        ]  # fmt: skip
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n", "utf-8")
        self._process = subprocess.Popen([PROGRAM, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def answers(self) -> None:
        """Bounded; a mosquitto that never came up is a plain failure."""
        async with asyncio.timeout(STARTS_WITHIN_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                return

    def stop(self) -> None:
        """As an operator does: what it holds goes to its disk."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


async def eventually(so: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Waits for what another process or task brings about; bounded."""
    for _ in range(int(within_s / 0.02)):
        if so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {within_s:.0f} s")


@contextmanager
def mosquitto(folder: Path, *more: str) -> Iterator[Broker]:
    if not PROGRAM:
        pytest.skip("no mosquitto on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    broker = Broker(folder, more=more)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@dataclass
class Talker:
    """A device's own MQTT client."""

    client: aiomqtt.Client
    heard: list[tuple[str, bytes, bytes | None]] = field(default_factory=list)

    async def say(
        self, device: str, body: bytes, headers: dict[str, str], *, answer: str = "", mark: bytes = b"", part: str = "events", **more: Any
    ) -> None:
        """`headers` as over HTTP: all but the form's own name go as user properties."""
        found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's own
        named = {name.lower(): value for name, value in headers.items()}
        if media := named.pop("content-type", ""):
            found.ContentType = media
        named.pop("host", None)
        if named:
            found.UserProperty = list(named.items())
        if answer:
            found.ResponseTopic = answer
            found.CorrelationData = mark
        await self.client.publish(f"schoolhub/v1/{device}/{part}", body, qos=1, properties=found, **more)

    async def hears(self) -> tuple[bytes, bytes | None]:
        """The next answer and its mark."""
        async with asyncio.timeout(10):
            message = await anext(self.client.messages)
        return bytes(message.payload), getattr(message.properties, "CorrelationData", None)


@asynccontextmanager
async def talking(broker: Broker, *topics: str) -> AsyncIterator[Talker]:
    async with aiomqtt.Client("127.0.0.1", broker.port, protocol=aiomqtt.ProtocolVersion.V5) as client:
        for topic in topics:
            await client.subscribe(topic, qos=1)
        yield Talker(client)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
