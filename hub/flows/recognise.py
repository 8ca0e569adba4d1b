"""Who asks: the living session of a cookie, remembered for a second, its idle end moved now and then."""

from __future__ import annotations

from hub.deps import Deps
from hub.store import sessions
from hub.store.sessions import Visitor


async def recognise(deps: Deps, token: str) -> Visitor | None:
    """The visitor of this session cookie, or None."""
    if not 20 <= len(token) <= 100:
        return None
    now = deps.now()
    known = deps.memory.visitors.get(token)
    if known is None:
        known = await deps.db.read(lambda: sessions.find(deps.keys, token, now=now))
        if known is None:
            return None
        if now - known.seen_at > sessions.TOUCH:
            session = known.session
            await deps.db.write(lambda: sessions.touch(session, now=now))
        deps.memory.visitors.put(token, known)
    return known if known.alive(now) else None


def forget(deps: Deps, *, session: str | None = None, person: str | None = None) -> None:
    """Drops what this process remembers of a session, or of all sessions of a person, so that an end works at once."""
    deps.memory.visitors.forget(lambda visitor: visitor.session == session or visitor.person == person)
