"""Idempotency-Key for answers that show a secret once: the kept answer has a salt in its place, and the secret is made again from it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
from quart import Response, request

from hub.deps import Deps
from hub.flows.views.base import View
from hub.store.sessions import Visitor
from hub.web.answers import json
from hub.web.api.repeats import once

Shown = TypeVar("Shown", bound=View)
Put = Callable[[int, str], str]
"""The place of a secret in the answer and what stands there, to what is to stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Generic[Shown]):
    """`act(seed)` does it, the secrets made of the seed; `put` replaces them; `again(seed, place)` makes one once more."""

    kind: type[Shown]
    act: Callable[[str], Awaitable[Shown]]
    put: Callable[[Shown, Put], Shown]
    again: Callable[[str, int], str]


async def shown_once(deps: Deps, visitor: Visitor, secret: Secret[Shown], status: int) -> Response:
    """Without a key each call acts anew. With one the secret comes again only from the salt, the client's key and ours together."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return json(await secret.act(""), status)

    async def act() -> Response:
        salt = secrets.token_urlsafe(16)
        return json(secret.put(await secret.act(f"{salt} {key}"), lambda _place, _known: salt), status)

    answer = await once(deps, visitor, act)
    if answer.status_code != status:
        return answer
    kept = msgspec.json.decode(await answer.get_data(as_text=False), type=secret.kind)
    return json(secret.put(kept, lambda place, salt: secret.again(f"{salt} {key}", place)), status)
