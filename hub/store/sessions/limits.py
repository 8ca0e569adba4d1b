"""Sessions of one way in: the end of all of them, and an earlier end for one."""

from __future__ import annotations

from datetime import datetime

from hub.store.sessions import Session


def end_by(person: str, system: str, *, now: datetime, keep: str | None = None) -> int:
    """Ends every session that this person opened in this way, but `keep`."""
    mine = Session.ended_at.is_null() & (Session.person == person) & (Session.system == system)
    if keep is not None:
        mine &= Session.id != keep
    return int(Session.update(ended_at=now).where(mine).execute())


def end_no_later(session: str, until: datetime) -> None:
    """The right behind this session ends then, and the session with it."""
    Session.update(expires_at=until).where(Session.id == session, Session.expires_at > until).execute()
