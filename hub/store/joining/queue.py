"""The requests of a school as its office reads them: filtered, in pages, oldest first; and what the school chose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hub.store.fields import from_micros, rows, to_micros
from hub.store.joining.tables import JoinChoice, JoinRequest
from identity.joining import RequestKind, RequestState
from identity.store.rows import marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the office wants to see: no states are all of them."""

    states: Collection[RequestState] = ()
    kind: RequestKind | None = None
    class_name: str | None = None
    until: datetime | None = None
    """Waiting since then or longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where a request stands in the queue; `id` and `submitted_at` are the place to go on after."""

    id: str
    bundle: str
    submitted_at: datetime


def page(school: str, asked: Asked, *, after: tuple[datetime, str] | None = None, limit: int) -> list[Line]:
    where, params = _where(school, asked)
    if after is not None:
        at, id_ = after
        where += " AND (r.submitted_at > ? OR (r.submitted_at = ? AND r.id > ?))"
        params += [to_micros(at), to_micros(at), id_]
    sql = f"SELECT r.id, r.bundle, r.submitted_at FROM {where} ORDER BY r.submitted_at, r.id LIMIT ?"  # noqa: S608 - own words
    found = rows(JoinRequest, sql, (*params, limit))
    return [Line(id=id_, bundle=bundle, submitted_at=from_micros(at)) for id_, bundle, at in found]


def count(school: str, asked: Asked) -> int:
    where, params = _where(school, asked)
    return int(rows(JoinRequest, f"SELECT COUNT(*) FROM {where}", params)[0][0])  # noqa: S608 - own words


def classes(school: str, asked: Asked) -> list[tuple[str, int]]:
    """The classes that are asked for, with how many requests each."""
    where, params = _where(school, asked, joined=True)
    found = rows(JoinRequest, f"SELECT b.class, COUNT(*) FROM {where} GROUP BY b.class ORDER BY b.class", params)  # noqa: S608 - own words
    return [(str(name), int(many)) for name, many in found]


def _where(school: str, asked: Asked, *, joined: bool = False) -> tuple[str, list[object]]:
    text, params = "join_request r", list[object]()
    if joined or asked.class_name is not None:
        text += " JOIN join_bundle b ON b.id = r.bundle"
    text += " WHERE r.school = ?"
    params.append(school)
    if asked.states:
        states = [one.value for one in asked.states]
        text += f" AND r.state IN ({marks(states)})"
        params += states
    if asked.kind is not None:
        text += " AND r.kind = ?"
        params.append(asked.kind.value)
    if asked.class_name is not None:
        text += " AND b.class = ?"
        params.append(asked.class_name)
    if asked.until is not None:
        text += " AND r.submitted_at <= ?"
        params.append(to_micros(asked.until))
    return text, params


def four_eyes(school: str) -> bool:
    """Whether this school wants two officers for every approval."""
    return any(bool(one) for (one,) in rows(JoinChoice, "SELECT four_eyes FROM join_choice WHERE school = ?", (school,)))


def choose_four_eyes(school: str, wanted: bool, *, by: str, now: datetime) -> None:
    chosen = {"four_eyes": int(wanted), "chosen_by": by, "chosen_at": now}
    if not JoinChoice.update(chosen).where(JoinChoice.school == school).execute():
        JoinChoice.insert(school=school, **chosen).on_conflict_ignore().execute()
