"""Plays the provider: one request, or many in a row and at once; what came back, as a terminal reads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.asked import Refused
from sandbox.outbound import NotLoopback, Unanswered
from sandbox.system import Sandbox
from sandbox.terminal.state.till import Till
from sandbox.terminal.wire import answers
from sandbox.terminal.wire.dialects import FORM, Payment, hashed, method, parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to and as whom; `spoilt` sends a hash that is wrong. `way` None is the dialect's own; FORM carries all in the body."""

    url: str
    secret: str | None = None
    basic: tuple[str, str] | None = None
    spoilt: bool = False
    way: str | None = None
    headers: Mapping[str, str] | None = None


def player_of(sandbox: Sandbox) -> Player:
    """One till for all that take cash: the kiosk's payments stand in the same register."""
    found: Player = sandbox.shared.setdefault("terminal", Player(sandbox, Till()))
    return found


class Player:
    def __init__(self, sandbox: Sandbox, till: Till) -> None:
        self._sandbox = sandbox
        self.till = till

    async def send(self, target: Target, payment: Payment, command: str) -> dict[str, Any]:
        """One request. No answer at all is told as such: a terminal asks again later."""
        asked = parameters(payment, command)
        if payment.dialect == "sber2" and target.secret is not None:
            right = hashed(asked, target.secret)
            asked["hash"] = right[::-1] if target.spoilt else right
        way = target.way or method(payment, command)
        joint = "&" if urlsplit(target.url).query else "?"
        url = target.url if way == FORM else f"{target.url}{joint}{urlencode(asked)}"
        started = time.perf_counter()
        try:
            found = await self._sandbox.outbound.send(
                "GET" if way == "GET" else "POST", url, form=asked if way == FORM else None, basic=target.basic, headers=target.headers
            )
        except NotLoopback:
            raise Refused("target_url — адрес на этой машине") from None
        except Unanswered as error:
            return {"command": command, "status": None, "result": None, "wrong": str(error)}
        told = {"command": command, "txn_id": payment.txn_id, **answers.read(found)}
        if command == "pay":
            self.till.keep(payment, told["result"])
        return told | {"seconds": round(time.perf_counter() - started, 3)}

    async def send_often(self, target: Target, payment: Payment, command: str, *, repeat: int, parallel: int) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        for _ in range(repeat):
            told += await asyncio.gather(*(self.send(target, payment, command) for _ in range(parallel)))
        return told
