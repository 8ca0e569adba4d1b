"""How far an outside system's changes were read, and the secrets of its notices, the newest first."""

from __future__ import annotations

from datetime import datetime

import msgspec

from hub.store.joining.tables import JoinPlace
from identity.sealing import Keys

SECRETS_KEPT = 3


def place(system: str) -> str:
    row = JoinPlace.get_or_none(JoinPlace.system == system)
    return "0" if row is None else str(row.place)


def go_on(system: str, *, after: str, to: str) -> bool:
    """Moves the place, unless another process moved it meanwhile."""
    JoinPlace.insert(system=system, place="0", secrets="").on_conflict_ignore().execute()
    return bool(JoinPlace.update(place=to).where(JoinPlace.system == system, JoinPlace.place == after).execute())


def secrets_of(keys: Keys, system: str) -> tuple[str, ...]:
    row = JoinPlace.get_or_none(JoinPlace.system == system)
    if row is None or not row.secrets:
        return ()
    return msgspec.json.decode(keys.open("join_place", "secrets", system, row.secrets), type=tuple[str, ...])


def subscribed_at(system: str) -> datetime | None:
    row = JoinPlace.get_or_none(JoinPlace.system == system)
    found: datetime | None = None if row is None else row.subscribed_at
    return found


def forget_subscription(system: str) -> None:
    """The other side tells us nothing any more; what it sent before still carries the secrets that are kept."""
    JoinPlace.update(subscribed_at=None).where(JoinPlace.system == system).execute()


def keep_secret(keys: Keys, system: str, secret: str, *, now: datetime) -> None:
    """A new subscription: notices sent before it still carry the old secret."""
    JoinPlace.insert(system=system, place="0", secrets="").on_conflict_ignore().execute()
    every = (secret, *(one for one in secrets_of(keys, system) if one != secret))[:SECRETS_KEPT]
    sealed = keys.seal("join_place", "secrets", system, msgspec.json.encode(every).decode())
    JoinPlace.update(secrets=sealed, subscribed_at=now).where(JoinPlace.system == system).execute()
