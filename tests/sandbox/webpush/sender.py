"""A sender of pushes: the public package for what is right, a token by hand for what is not."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from webpush import WebPush, WebPushSubscription
from webpush.vapid import VAPID

from tests.sandbox.stand import BASE, Stand

PRIVATE, PUBLIC, KEY = VAPID.generate_keys()
JSON = {"Accept": "application/json"}


@dataclass
class PushStand:
    desk: Stand
    told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def subscribed(cls, desk: Stand, **asked: Any) -> PushStand:
        return cls(desk, await desk.control("webpush/subscriptions", asked))

    def message(self, text: str = "e-1") -> tuple[bytes, dict[str, str]]:
        package = WebPush(private_key=io.BytesIO(PRIVATE), public_key=io.BytesIO(PUBLIC), subscriber="hub@town.example", ttl=60)
        made = package.get(text, WebPushSubscription.model_validate(self.told))
        return made.encrypted, {str(name): str(value) for name, value in made.headers.items()}

    async def send(self, text: str = "e-1", body: bytes | None = None, *, without: str = "", **more: str) -> httpx.Response:
        made, headers = self.message(text)
        headers = {name: value for name, value in {**headers, **more}.items() if name != without}
        return await self.desk.http.post(self.told["endpoint"], content=made if body is None else body, headers=headers)

    def authorised(self, **claims: Any) -> str:
        own = {"aud": BASE, "exp": int(time.time()) + 600, "sub": "mailto:hub@town.example"} | claims
        return f"vapid t={jwt.encode(own, PRIVATE, algorithm='ES256')}, k={KEY}"

    async def turn(self, **asked: bool) -> dict[str, Any]:
        found: dict[str, Any] = await self.desk.control(f"webpush/subscriptions/{self.told['id']}", asked)
        return found

    async def arrived(self) -> list[str]:
        query = {"kind": "push", "to": self.told["endpoint"]}
        return [one["text"] for one in (await self.desk.http.get("/inbox", params=query, headers=JSON)).json()["items"]]
