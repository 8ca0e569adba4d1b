"""Control calls that read and write the town's school year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from quart import Blueprint, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.system import Sandbox
from sandbox.world.model import Absence, Mark, Person
from sandbox.world.town import Town
from sandbox.world.writing import UnknownName

STATUSES = ("planned", "held", "cancelled", "replaced", "moved")


def _pupil(town: Town, body: dict[str, Any]) -> Person:
    person = town.people.get(str(body.get("pupil")))
    if person is None or person.class_id is None:
        raise Refused("pupil — id ученика, который учится в школе")
    return person


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Refused(f"{name} — дата ГГГГ-ММ-ДД") from None


def _number(value: Any) -> int:
    if isinstance(value, bool) or not str(value).isdigit() or not 0 <= int(value) <= 12:
        raise Refused("number — номер урока от 0 до 12")
    return int(value)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str | int) or not str(value).strip():
        raise Refused(f"{name} — текст")
    return str(value)


def _spot(body: dict[str, Any], name: str) -> tuple[date, int]:
    spot = body.get(name)
    if not isinstance(spot, dict):
        raise Refused(f"{name} — дата и номер урока")
    return _day(spot.get("date"), name), _number(spot.get("number"))


def write_mark(town: Town, body: dict[str, Any]) -> Mark | Absence:
    """A new mark or absence, or with `id` a correction."""
    pupil, value = _pupil(town, body), _text(body, "value").strip()
    if body.get("id") is not None:
        return town.correct_mark(pupil.id, str(body["id"]), value)
    weight = body.get("weight")
    if weight is not None and (isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0):
        raise Refused("weight — число от нуля")
    number = body.get("number")
    return town.add_mark(
        pupil.id,
        _text(body, "subject"),
        _day(body.get("date"), "date"),
        value,
        number=None if number is None else _number(number),
        weight=weight,
        work=None if body.get("work") is None else _text(body, "work"),
        comment=str(body.get("comment") or ""),
    )


def diary_json(town: Town, pupil: str, start: date, end: date) -> dict[str, Any]:
    """The town's own diary of one pupil, in the shape of API.md."""

    def name(subject: str) -> str:
        return town.subjects[subject].name

    def entry(item: Mark | Absence, value: str) -> dict[str, Any]:
        lesson = town.lesson(item.lesson) if item.lesson else None
        spot = {} if lesson is None else {"number": lesson.number}
        return {"id": item.id, "date": item.date.isoformat(), **spot, "subject": name(item.subject), "value": value}

    def spot(lesson_id: str | None, day: date) -> dict[str, Any]:
        lesson = town.lesson(lesson_id) if lesson_id else None
        return {"date": day.isoformat(), "number": lesson.number if lesson else None}

    return {
        "lessons": [
            {"id": item.id, "date": item.date.isoformat(), "number": item.number, "subject": name(item.subject), "status": item.status}
            | ({"replaces": name(item.replaces)} if item.replaces else {})
            for item in town.lessons_of(pupil, start, end)
        ],
        "marks": [entry(mark, mark.value) for mark in town.marks(pupil, start, end)]
        + [entry(absence, absence.code) for absence in town.absences(pupil, start, end)],
        "homework": [
            {
                "id": item.id,
                "subject": name(item.subject),
                "text": item.text,
                "assigned": spot(item.assigned_lesson, item.assigned_date),
                "due": spot(item.due_lesson, item.due_date),
            }
            for item in town.homework_of(pupil, start, end)
            if not item.is_empty
        ],
        "finals": [
            {"subject": name(item.subject), "period": town.period(item.period).name, "value": item.value} for item in town.finals(pupil)
        ],
    }


def world_routes(routes: Blueprint, sandbox: Sandbox) -> None:
    """Add the `world` calls to the control blueprint."""

    @routes.app_errorhandler(UnknownName)
    async def unknown(error: UnknownName) -> Any:
        return jsonify(error="refused", text=str(error)), 400

    @routes.post("/_sandbox/world/marks")
    async def marks() -> Any:
        return jsonify(id=write_mark(sandbox.town, await body_object()).id), 201

    @routes.post("/_sandbox/world/lessons")
    async def lessons() -> Any:
        body = await body_object()
        pupil, status = _pupil(sandbox.town, body), body.get("status")
        if status is not None and status not in STATUSES:
            raise Refused(f"status — одно из: {', '.join(STATUSES)}")
        lesson = sandbox.town.add_lesson(
            pupil.id,
            _day(body.get("date"), "date"),
            _number(body.get("number")),
            _text(body, "subject"),
            status=status,
            replaces=None if body.get("replaces") is None else _text(body, "replaces"),
            moved_from=None if body.get("moved_from") is None else _day(body["moved_from"], "moved_from"),
        )
        return jsonify(id=lesson.id), 201

    @routes.post("/_sandbox/world/homework")
    async def homework() -> Any:
        body = await body_object()
        pupil = _pupil(sandbox.town, body)
        item = sandbox.town.add_homework(
            pupil.id, _text(body, "subject"), _text(body, "text"), assigned=_spot(body, "assigned"), due=_spot(body, "due")
        )
        return jsonify(id=item.id), 201

    @routes.get("/_sandbox/world/diary")
    async def diary() -> Any:
        town = sandbox.town
        pupil = _pupil(town, {"pupil": request.args.get("pupil")})
        start = _day(request.args["from"], "from") if "from" in request.args else town.week()[0]
        end = _day(request.args["to"], "to") if "to" in request.args else start + timedelta(days=6)
        return jsonify(diary_json(town, pupil.id, start, end))
