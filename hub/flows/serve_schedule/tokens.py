"""A token for a registered system: client credentials by RFC 6749, signed by our keys, good for an hour and for working systems only."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.store.outputs import fgis
from hub.store.outputs.fgis import Client
from identity.sealing import Keys

LIFE = timedelta(hours=1)
LABEL = "fgis.token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Either a token, or the error's code of RFC 6749."""

    token: str = ""
    error: str = ""
    after_s: float = 0.0


async def give_token(deps: Deps, *, client: str, secret: str, network: str) -> Told:
    """Wrong secrets count per client and network; after too many the right one waits as well."""
    keys = (("client", client), ("network", network))
    wait = max(deps.memory.fgis_refusals.wait_s(key) for key in keys)
    if wait > 0:
        return Told(error="slow_down", after_s=wait)
    found = await deps.db.read(lambda: fgis.with_secret(client, secret))
    if found is None:
        for key in keys:
            deps.memory.fgis_refusals.note(key)
        return Told(error="invalid_client")
    return Told(token=signed(deps.keys, found.id, ends_at=deps.now() + LIFE))


def signed(keys: Keys, client: str, *, ends_at: datetime) -> str:
    said = f"{client}.{int(ends_at.timestamp())}"
    return f"{said}.{keys.index(LABEL, said)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whose token it is. `withdrawn`: it was good, and the registration ended meanwhile."""

    client: Client | None = None
    withdrawn: bool = False


def shown(keys: Keys, token: str, *, now: datetime) -> Shown:
    """In the caller's unit."""
    said, _, mark = token.rpartition(".")
    client, _, ends = said.rpartition(".")
    if not any(hmac.compare_digest(mark.encode(), one.encode()) for one in keys.indexes(LABEL, said)):
        return Shown()
    # What our key has signed is a number.
    if now.timestamp() >= int(ends):
        return Shown()
    found = fgis.find(client)
    if found is None or found.ended_at is not None:
        return Shown(withdrawn=True)
    return Shown(client=found)
