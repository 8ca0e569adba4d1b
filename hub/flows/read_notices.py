"""What the hub told this person, newest first."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.cursors import from_cursor, number_in, to_cursor
from hub.flows.views.people.family import NoticeList, NoticeView
from hub.store import notices
from hub.store.fields import from_micros, to_micros
from hub.store.notices import Told
from hub.store.sessions import Visitor

PAGE = 50


async def read_notices(deps: Deps, visitor: Visitor, *, cursor: str | None = None) -> NoticeList:
    before = None if cursor is None else _before(cursor)
    found = await deps.db.read(lambda: notices.newest(deps.keys, visitor.person, before=before, limit=PAGE + 1))
    shown = found[:PAGE]
    return NoticeList(
        items=tuple(NoticeView(id=one.id, kind=one.kind, at=one.at, text=one.text, href=one.href) for one in shown),
        next=_cursor(shown[-1]) if len(found) > PAGE else None,
    )


def _cursor(last: Told) -> str:
    return to_cursor(f"{to_micros(last.at)} {last.id}")


def _before(cursor: str) -> tuple[datetime, str]:
    micros, _, id_ = from_cursor(cursor).partition(" ")
    return from_micros(number_in(micros)), id_
