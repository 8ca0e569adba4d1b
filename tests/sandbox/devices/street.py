"""A hub as the devices see it: checks each signature with public packages, answers by the rules, fails when it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from sandbox.devices.playing.plays import Plays
from tests.sandbox.stand import Stand

HUB = "http://localhost:8000"
SCHOOL = "orn"
COVERED = ("@method", "@authority", "@path", "content-digest")


class _Key(HTTPSignatureKeyResolver):
    def __init__(self, pem: str) -> None:
        self._pem = pem

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        found = load_pem_public_key(self._pem.encode())
        assert isinstance(found, Ed25519PublicKey)
        return found


class _Verifier(HTTPMessageVerifier):
    """The library asks the machine's clock; here the hub has its own."""

    def validate_created_and_expires(self, sig_input: object, max_age: timedelta | None = None) -> None:
        return None


class Street:
    """`answers` are said first, one a request; after them the hub does as it should. `kept` is every event by its source and id."""

    def __init__(self, desk: Stand) -> None:
        self.desk = desk
        self.plays: Plays = desk.app.sandbox.shared["devices"]
        self.waited: list[float] = []
        self.kept: dict[tuple[str, str], Any] = {}
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response | Exception] = []
        self.nonces: set[str] = set()
        self.told: dict[str, dict[str, Any]] = {}
        self.ahead = timedelta()
        self.commands: list[str] = []
        self._pause: Callable[..., Any] = self.plays.pause
        self.plays.pause = self._wait
        desk.app.sandbox.outbound.transport = httpx.MockTransport(self._hear)

    def leave(self) -> None:
        self.plays.pause = self._pause
        self.plays.hubs.all.clear()
        self.desk.app.sandbox.outbound.transport = None

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def register(self, hub: str = HUB) -> None:
        self.told = {one["serial"]: one for one in (await self.desk.http.get("/_sandbox/devices")).json()["devices"]}
        items = [
            {
                "serial": serial,
                "device": f"d-{serial}",
                "source": f"/schools/{one['school']['ogrn']}/devices/d-{serial}",
                "key_id": f"k-{serial}",
            }
            for serial, one in self.told.items()
        ]
        await self.desk.control("devices", {"hub": hub, "items": items})

    async def ask(self, **asked: Any) -> httpx.Response:
        return await self.desk.http.post("/_sandbox/devices/play", json={"school": SCHOOL} | asked)

    async def play(self, **asked: Any) -> dict[str, Any]:
        answer = await self.ask(**asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert found["planned"] == found["sent"] + found["left"] + found["refused"] + found["lost"]
        assert sum(found["verdicts"].values()) == found["sent"]
        return found

    def ids(self, word: str) -> list[str]:
        """The events' ids in the order in which they came from the device whose id ends so."""
        return [id_ for source, id_ in self.kept if source.endswith(word)]

    # The hub
    def _hear(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.answers:
            said = self.answers.pop(0)
            if isinstance(said, Exception):
                raise said
            return said
        path = urlsplit(str(request.url)).path
        if path.startswith("/iclock/"):
            return self._terminal(request, path)
        if path.startswith("/ingest/hikvision/"):
            return self._controller(request, path)
        return self._events(request)

    def _device(self, id_: str) -> dict[str, Any]:
        return self.told[id_.removeprefix("d-")]

    def _events(self, request: httpx.Request) -> httpx.Response:
        device = self._device(parse_qs(urlsplit(str(request.url)).query)["device"][0])
        refusal = self._signed(request, device) if device["sign"] == "rfc9421" else self._webhook(request, device)
        if refusal:
            return httpx.Response(
                401, json={"reason": refusal, "server_time": (self.desk.app.sandbox.clock.now() + self.ahead).isoformat()}
            )
        said = json.loads(request.content)
        return self._verdicts([(one["source"], one["id"], one) for one in (said if isinstance(said, list) else [said])])

    def _verdicts(self, events: list[tuple[str, str, Any]]) -> httpx.Response:
        verdicts = []
        for source, id_, event in events:
            known = self.kept.setdefault((source, id_), event)
            new = known is event
            verdicts.append("stored" if new else "duplicate" if known == event else "conflict")
        return httpx.Response(200, json={"verdicts": [{"index": place, "verdict": one} for place, one in enumerate(verdicts)]})

    def _signed(self, request: httpx.Request, device: dict[str, Any]) -> str:
        verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Key(device["public_key"]))
        message = SimpleNamespace(method=request.method, url=str(request.url), headers=dict(request.headers))
        (found,) = verifier.verify(message, max_age=None, require_components=COVERED)
        digest = base64.b64encode(hashlib.sha256(request.content).digest()).decode()
        assert request.headers["content-digest"] == f"sha-256=:{digest}:"
        if abs(float(found.parameters["created"]) - (self.desk.app.sandbox.clock.now() + self.ahead).timestamp()) > 300:
            return "clock"
        nonce = str(found.parameters["nonce"])
        if nonce in self.nonces:
            return "replay"
        self.nonces.add(nonce)
        return ""

    def _webhook(self, request: httpx.Request, device: dict[str, Any]) -> str:
        id_, at, given = (request.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        key = base64.b64decode(device["secret"].removeprefix("whsec_"))
        ours = base64.b64encode(hmac.digest(key, f"{id_}.{at}.".encode() + request.content, hashlib.sha256)).decode()
        assert given == f"v1,{ours}"
        return "clock" if abs(int(at) - (self.desk.app.sandbox.clock.now() + self.ahead).timestamp()) > 300 else ""

    def _terminal(self, request: httpx.Request, path: str) -> httpx.Response:
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        assert self.told[query["SN"]]["kind"] == "zkteco"
        if path == "/iclock/getrequest" and self.commands:
            return httpx.Response(200, text=self.commands.pop())
        if request.method == "POST" and query.get("table") == "ATTLOG":
            lines = request.content.decode().splitlines()
            for line in lines:
                self.kept.setdefault((query["SN"], line), line)
            return httpx.Response(200, text=f"OK: {len(lines)}")
        return httpx.Response(200, text="OK")

    def _controller(self, request: httpx.Request, path: str) -> httpx.Response:
        id_ = path.rpartition("/")[2]
        word = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert word == f"{id_}:{self._device(id_)['secret']}"
        said = json.loads(request.content)
        return self._verdicts([(said["macAddress"], str(said["AccessControllerEvent"]["serialNo"]), said)])
