"""The methods: each takes the call's parameters, whatever way they came, and answers its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sandbox.eljur.state import State
from sandbox.eljur.wire import diary, mail, people
from sandbox.eljur.wire.answers import EljurError, read_days, today
from sandbox.world.model import Person
from sandbox.world.town import Town

YES: Final = frozenset({"1", "true", "yes", "on"})


@dataclass(slots=True, kw_only=True)
class Call:
    town: Town
    state: State
    who: Person
    now: datetime
    args: Mapping[str, str]

    def children(self) -> list[Person]:
        return people.children(self.town, self.who)

    def pupils(self) -> list[Person]:
        """`student` is one id or several with commas; one client says `students`. Without it all children."""
        own = {people.student_id(pupil): pupil for pupil in self.children()}
        asked = [part.strip() for part in (self.args.get("student") or self.args.get("students") or "").split(",") if part.strip()]
        if not all(key in own for key in asked):
            raise EljurError(403, "Access denied")
        return [own[key] for key in asked] or list(own.values())

    def days(self) -> tuple[date, date]:
        return read_days(self.args.get("days"), self.now)

    def flag(self, name: str) -> bool:
        return self.args.get(name, "").lower() in YES

    def number(self, name: str, default: int) -> int:
        text = self.args.get(name) or str(default)
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
            raise EljurError(400, f"Wrong {name}")
        return int(text)

    def text(self, name: str) -> str:
        found = self.args.get(name, "")
        if not found:
            raise EljurError(400, f"Empty {name}")
        return found


def by_students(call: Call, shape: Callable[[Person], dict[str, Any]], *, as_list: bool = False) -> dict[str, Any]:
    """A map by id, or a list: readers have to take both."""
    found = {people.student_id(pupil): shape(pupil) for pupil in call.pupils()}
    return {"students": list(found.values()) if as_list or call.state.switches["students_as_list"] else found}


def _schedule(call: Call) -> Any:
    """With `class` the days of a class lie directly in the result."""
    name, rings = call.args.get("class"), call.flag("rings") or call.flag("ring")
    if not name:
        return by_students(call, lambda pupil: diary.schedule(call.town, pupil, *call.days(), rings=rings))
    pupil = next((it for it in call.children() if call.town.classes[it.class_id or ""].name.lower() == name.lower()), None)
    if pupil is None:
        raise EljurError(403, "Access denied")
    return {"days": diary.schedule(call.town, pupil, *call.days(), rings=rings)["days"]}


def _messages(call: Call) -> Any:
    folder, own = call.args.get("folder") or "inbox", call.children()
    if folder not in {"inbox", "sent"}:
        raise EljurError(400, "Wrong folder")
    found = mail.inbox(call.town, call.who, own[0] if own else None) if folder == "inbox" else mail.outbox(call.town, call.state, call.who)
    shown = [mail.preview(call.state, call.who, it) for it in found]
    shown = [
        it for it in shown if (it["unread"] or not call.flag("unreadonly")) and call.args.get("filter", "").lower() in it["subject"].lower()
    ]
    limit, page = call.number("limit", 20), call.number("page", 1)
    part = shown[(page - 1) * limit : page * limit]
    return {"messages": part, "count": len(part), "total": str(len(shown))}


def _message(call: Call) -> Any:
    """Opening a message marks it read."""
    own, wanted = call.children(), call.text("id")
    found = [*mail.inbox(call.town, call.who, own[0] if own else None), *mail.outbox(call.town, call.state, call.who)]
    it = next((it for it in found if str(it.id) == wanted), None)
    if it is None:
        raise EljurError(404, "Message not found")
    call.state.read(call.who.id, it.id)
    return {"message": mail.opened(it)}


def _send(call: Call) -> Any:
    staff = {key["name"]: key for key in people.receivers(call.town, call.children())["groups"][0]["users"]}
    to = [part.strip() for part in call.text("users_to").split(",") if part.strip()]
    if not to or not all(key in staff for key in to):
        raise EljurError(400, "Wrong receivers")
    found = {people.user_id(who): who.id for who in call.town.people.values()}
    call.state.send(call.who.id, tuple(found[key] for key in to), call.text("subject"), call.text("text"), call.now)
    return {}


def _reply(call: Call) -> Any:
    own, wanted = call.children(), call.text("replyto")
    it = next((it for it in mail.inbox(call.town, call.who, own[0] if own else None) if str(it.id) == wanted), None)
    if it is None:
        raise EljurError(404, "Message not found")
    call.state.send(call.who.id, (it.author.id,), f"Re: {it.subject}", call.text("text"), call.now)
    return {}


def _notices(call: Call) -> Any:
    schools = {pupil.school: call.town.schools[pupil.school or ""] for pupil in call.children()}
    return [it for school in schools.values() for it in mail.board(call.town, school)]


def _board(call: Call) -> Any:
    found, limit, page = _notices(call), call.number("limit", 20), call.number("page", 1)
    part = [{key: value for key, value in it.items() if key not in {"text", "files"}} for it in found[(page - 1) * limit : page * limit]]
    return {"notices": part, "count": len(part), "total": len(found), "total_unread": 0}


def _notice(call: Call) -> Any:
    found = next((it for it in _notices(call) if it["id"] == call.text("id")), None)
    if found is None:
        raise EljurError(404, "Notice not found")
    return {"notice": found}


METHODS: Final[dict[str, Callable[[Call], Any]]] = {
    "getrules": lambda call: people.rules(call.town, call.who, today(call.now), "files"),
    "getprofileuserinfo": lambda call: people.profile(call.town, call.who),
    "getperiods": lambda call: by_students(call, lambda pupil: diary.periods(call.town, pupil, weeks=call.flag("weeks")), as_list=True),
    "getdiary": lambda call: by_students(call, lambda pupil: diary.diary(call.town, pupil, *call.days(), rings=call.flag("rings"))),
    "getschedule": _schedule,
    "gethomework": lambda call: by_students(call, lambda pupil: diary.homework(call.town, pupil, *call.days())),
    "getmarks": lambda call: by_students(call, lambda pupil: diary.marks(call.town, pupil, *call.days())),
    "getassessments": lambda call: by_students(call, lambda pupil: diary.marks(call.town, pupil, *call.days())),
    "getfinalassessments": lambda call: by_students(call, lambda pupil: diary.finals(call.town, pupil)),
    "getupdates": lambda call: by_students(
        call, lambda pupil: diary.updates(call.town, pupil, call.now, call.number("limit", 25), call.number("page", 1))
    ),
    "getmessages": _messages,
    "getmessageinfo": _message,
    "getmessagereceivers": lambda call: people.receivers(call.town, call.children()),
    "sendmessage": _send,
    "sendreplymessage": _reply,
    "getboardnotices": _board,
    "getboardnoticeinfo": _notice,
}
