"""What a family may change: homework ticked off, an absence told for a day."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sandbox.mes.routes.table import Call, Handler, member, read_day
from sandbox.mes.state.state import Notice
from sandbox.mes.wire import day, ids
from sandbox.mes.wire.answers import MesError, bad
from sandbox.world.model import Person


def _entry(call: Call, entry: int) -> int:
    """The number of a homework of an own child, as the lists give it."""
    item = call.town.homework_item(entry // 10_000)
    for child in call.children():
        if item is None or ids.entry_student_id(item, child) != entry:
            continue
        if any(it.id == item.id for it in call.town.homework_of(child.id, item.due_date, item.due_date)):
            return entry
    raise MesError("not_found")


def tick(call: Call, entry: str) -> Any:
    call.state.done.add(_entry(call, int(entry)))
    return {"success": True}


def untick(call: Call, entry: str) -> Any:
    call.state.done.discard(_entry(call, int(entry)))
    return {"success": True}


def _told(call: Call) -> tuple[Person, list[tuple[date, Any]]]:
    """The child and the days of the body; `student_id` stands in it, not in the query. A pupil may not."""
    if call.is_student:
        raise MesError("role_mismatch")
    wanted = str(member(call.body, "student_id") or "")
    child = next((it for it in call.children() if str(ids.student_id(it, call.node.id)) == wanted), None)
    if child is None:
        raise MesError("not_found") if wanted.isdigit() else bad("student_id")
    rows = member(call.body, "notifications")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 31:
        raise bad("notifications")
    days = [(read_day(str(member(row, "date") or ""), "date"), row) for row in rows]
    if any(at < call.today(child) for at, _ in days):
        raise bad("date")
    return child, days


def tell(call: Call) -> Any:
    child, days = _told(call)
    author, told = ids.profile_id(call.who, call.node.id), []
    for at, row in days:
        reason, text = member(row, "reason_id"), member(row, "description")
        if not isinstance(reason, int) or isinstance(reason, bool) or reason not in day.ABSENCES:
            raise bad("reason_id")
        if text is not None and not isinstance(text, str):
            raise bad("description")
        told.append(Notice(day=at, reason=reason, description=(text or "")[:500], author=author))
    call.state.notices.setdefault(child.id, {}).update({notice.day: notice for notice in told})
    return _list(call, child)


def take_back(call: Call) -> Any:
    child, days = _told(call)
    for at, _ in days:
        call.state.notices.get(child.id, {}).pop(at, None)
    return _list(call, child)


def _list(call: Call, child: Person) -> Any:
    return day.missed_days(call.town, child, call.state.notices.get(child.id, {}))


CHANGES: Final[dict[tuple[str, str], Handler]] = {
    ("POST", r"homeworks/(\d{1,15})/done"): tick,
    ("DELETE", r"homeworks/(\d{1,15})/done"): untick,
    ("POST", "attendance"): tell,
    ("DELETE", "attendance"): take_back,
}
