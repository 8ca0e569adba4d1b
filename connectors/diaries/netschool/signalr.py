"""The queue of reports: SignalR's JSON protocol over long polling, as far as one report needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from connectors.diaries.netschool.client.api import Api
from connectors.diaries.netschool.errors import checked
from connectors.diaries.netschool.mapping import wire
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import Drifted, Rejected, Unavailable
from connectors.kit.plain_text import plain_text
from connectors.kit.secret import Secret

HUB = "signalr/queueHub"
END = b"\x1e"
HANDSHAKE = b'{"protocol":"json","version":1}' + END
INVOCATION, COMPLETION, CLOSE = 1, 3, 7
MOST_POLLS = 40


class Negotiated(wire.Wire, frozen=True, kw_only=True):
    connection_token: str


class Result(wire.Wire, frozen=True, kw_only=True):
    success: bool = False
    message: str | None = None


class Frame(wire.Wire, frozen=True, kw_only=True):
    """A handshake's answer has no type."""

    type: int = 0
    target: str | None = None
    result: Result | None = None
    arguments: list[Any] | None = None


async def made(api: Api, token: Secret, deadline: Deadline, report: str, chosen: Sequence[dict[str, str]]) -> str:
    """The key of the file that holds the report. The task is queued after the handshake, so that its end is not missed."""
    queue = _Queue(api, token, deadline)
    await queue.open()
    body = checked(api.system, await api.call("POST", f"{report}/queue", token, deadline, json={"selectedData": chosen, "params": []}))
    queued = decode(api.system, body, wire.Queued)
    key = await queue.run(queued)
    await queue.close()
    return key


class _Queue:
    """One connection; its id is what the negotiation gave."""

    def __init__(self, api: Api, token: Secret, deadline: Deadline) -> None:
        self._api = api
        self._token = token
        self._deadline = deadline
        self._id: dict[str, str] = {}

    async def open(self) -> None:
        response = await self._api.call("POST", f"{HUB}/negotiate", self._token, self._deadline, params={"negotiateVersion": "1"})
        self._id = {"id": decode(self._api.system, checked(self._api.system, response), Negotiated).connection_token}
        await self._send(HANDSHAKE)

    async def run(self, queued: wire.Queued) -> str:
        call = {"type": INVOCATION, "invocationId": "0", "target": "startTaskAsync", "arguments": [queued.task_id, queued.queue_key]}
        await self._send(msgspec.json.encode(call) + END)
        for _ in range(MOST_POLLS):
            for frame in await self._poll():
                if key := self._key(frame):
                    return key
        raise Drifted(self._api.system, HUB, "the report never ends")

    async def close(self) -> None:
        checked(self._api.system, await self._api.call("DELETE", HUB, self._token, self._deadline, params=self._id))

    async def _send(self, frame: bytes) -> None:
        checked(self._api.system, await self._api.call("POST", HUB, self._token, self._deadline, params=self._id, content=frame))

    async def _poll(self) -> list[Frame]:
        response = await self._api.call("GET", HUB, self._token, self._deadline, params=self._id)
        if response.status_code == 204:
            raise Unavailable(self._api.system, "the queue was closed")
        return list(frames(self._api.system, checked(self._api.system, response)))

    def _key(self, frame: Frame) -> str:
        """The key in a frame that says «complete»; a refusal to begin, or the end of the connection, is an error."""
        if frame.type == CLOSE:
            raise Unavailable(self._api.system, "the queue was closed")
        if frame.type == COMPLETION and (frame.result is None or not frame.result.success):
            words = plain_text(frame.result.message if frame.result else "")[:300]
            raise Rejected(self._api.system, "report", words)
        if frame.target != "complete":
            return ""
        told = frame.arguments[0] if frame.arguments else None
        key = told.get("data") if isinstance(told, dict) else None
        if not isinstance(key, str) or not key.isalnum():
            raise Drifted(self._api.system, f"{HUB} complete", "no key of a file")
        return key


def frames(system: str, body: bytes) -> Iterator[Frame]:
    """Frames end with one control character; several may come in one answer."""
    for part in body.split(END):
        if part.strip():
            yield decode(system, part, Frame)
