"""Reports: the filters of their forms, and the pages that the server makes of them."""

from __future__ import annotations

import html
from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.derived.averages import average, by_subject
from sandbox.netschool.wire import ids
from sandbox.netschool.wire.answers import NetSchoolError, clock, day, read_day, short, today
from sandbox.netschool.wire.diary import CODES, topic
from sandbox.world.model import Mark, Period, Person
from sandbox.world.town import Town

TITLES: Final = {
    "studenttotal": "Отчет об успеваемости и посещаемости ученика",
    "studentgrades": "Успеваемость ученика",
    "studenttotalmarks": "Итоговые отметки",
}
MONTHS: Final = ("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь")


def catalogue() -> list[dict[str, Any]]:
    names = {"studenttotal": "StudentTotal", "studentgrades": "StudentGrades", "studenttotalmarks": "StudentTotalMarks"}
    return [
        {"id": "Pupil", "title": "Отчеты для ученика", "reports": [{"id": names[key], "title": title} for key, title in TITLES.items()]}
    ]


def terms(town: Town, pupil: Person) -> list[Period]:
    return [it for it in town.periods_of(pupil.class_id or "") if it.kind != "year"]


def current(town: Town, pupil: Person) -> Period:
    """The term of today; in holidays the one before."""
    now, found = today(town.now()), terms(town, pupil)
    return [it for it in found if it.start <= now][-1] if found[0].start <= now else found[0]


def _filter(key: str, items: list[tuple[str, str]], default: str) -> dict[str, Any]:
    return {"filterId": key, "items": [{"value": value, "title": title} for value, title in items], "defaultValue": default}


def period_range(it: Period) -> dict[str, Any]:
    bounds = {"start": day(it.start), "end": day(it.end)}
    value = f"{bounds['start']}.0000000 - {bounds['end']}.0000000"
    return {
        "filterId": "period",
        "items": None,
        "defaultValue": value,
        "range": bounds,
        "minValue": bounds["start"],
        "maxValue": bounds["end"],
    }


def filters(town: Town, children: list[Person], report: str) -> dict[str, Any]:
    """The form of a report; the class's filter has another name on the marks of one subject."""
    pupil = children[0]
    own = town.classes[pupil.class_id or ""]
    taught = {it.subject for it in town.lessons_of(pupil.id, *town.year)}
    subjects = [(str(it.number), it.name) for key, it in town.subjects.items() if key in taught]
    found = [_filter("SID", [(str(ids.student(it)), ids.full_name(it)) for it in children], str(ids.student(pupil)))]
    if report == "studentgrades":
        found.append(_filter("PCLID_IUP", [(f"{ids.klass(own)}_0", own.name.lower())], f"{ids.klass(own)}_0"))
        found.append(_filter("SGID", subjects, subjects[0][0]))
    else:
        found.append(_filter("PCLID", [(str(ids.klass(own)), own.name.lower())], str(ids.klass(own))))
    if report != "studenttotalmarks":
        chosen = current(town, pupil)
        found.append(_filter("TERMID", [(str(it.number_id), it.name) for it in terms(town, pupil)], str(chosen.number_id)))
        found.append(period_range(chosen))
    return {"report": {"id": report, "name": TITLES[report], "presentTypes": []}, "filterSources": found, "filterPanels": []}


def initial(town: Town, pupil: Person, selected: dict[str, str]) -> list[dict[str, Any]]:
    """What another choice of term changes in the form: its dates."""
    found = next((it for it in terms(town, pupil) if str(it.number_id) == selected.get("TERMID")), None)
    if found is None:
        raise NetSchoolError(400, "Неверный период")
    return [period_range(found)]


def make(town: Town, children: list[Person], report: str, selected: dict[str, str]) -> str:
    """The finished page."""
    pupil = next((it for it in children if str(ids.student(it)) == selected.get("SID")), None)
    if pupil is None:
        raise NetSchoolError(403, "Нет доступа к данным ученика")
    if report == "studenttotalmarks":
        return total_marks(town, pupil)
    start, end = _span(town, pupil, selected)
    return journal(town, pupil, start, end) if report == "studenttotal" else grades(town, pupil, selected.get("SGID", ""), start, end)


def _span(town: Town, pupil: Person, selected: dict[str, str]) -> tuple[date, date]:
    text = selected.get("period", "")
    if " - " not in text:
        chosen = current(town, pupil)
        return chosen.start, chosen.end
    first, _, last = text.partition(" - ")
    return read_day(first), read_day(last)


def _page(title: str, head: list[tuple[str, str]], table: str) -> str:
    """The head is one cell of spans and line breaks, in which clients count children."""
    lines = "".join(f"<span><b>{name}:</b> {html.escape(value)}</span><br>" for name, value in head)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body><h2>{title}</h2>'
        f'<table class="header"><tr><td></td><td>{lines}</td></tr></table>'
        f'<table class="table-print">{table}</table></body></html>'
    )


# The marks of one subject
def grades(town: Town, pupil: Person, subject_id: str, start: date, end: date) -> str:
    subject = next((it for it in town.subjects.values() if str(it.number) == subject_id), None)
    if subject is None:
        raise NetSchoolError(400, "Неверный предмет")
    marks = [it for it in town.marks(pupil.id, start, end) if it.subject == subject.id]
    teacher = town.teacher_of(pupil.class_id or "", subject.id)
    head = [
        ("Ученик", ids.full_name(pupil)), ("Класс", town.classes[pupil.class_id or ""].name.lower()),
        ("Период", f"с {short(start)} по {short(end)}"), ("Предмет", subject.name), ("Тип", "Все"),
        ("Учитель", "" if teacher is None else ids.full_name(teacher)),
    ]  # fmt: skip
    mean = average(town, marks)
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _mark_cells(town, it))}</tr>" for it in marks)
    total = f'<tr class="totals"><td colspan="3">Итого</td><td></td><td>Средняя: {_comma(mean)}</td></tr>'
    titles = "".join(f"<th>{name}</th>" for name in ("Тип задания", "Тема задания", "Дата проведения", "Дата выставления", "Отметка"))
    return _page(TITLES["studentgrades"], head, f"<tr>{titles}</tr>{rows}{total}")


def _mark_cells(town: Town, it: Mark) -> list[str]:
    lesson = town.lesson(it.lesson) if it.lesson else None
    work = ids.work_name(town.work_types[it.work])
    return [work, topic(lesson), short(it.date), short(today(it.changed_at or it.set_at)), it.value]


def _comma(value: object) -> str:
    return "" if value is None else str(value).replace(".", ",")


# All subjects by day
def journal(town: Town, pupil: Person, start: date, end: date) -> str:
    """A column a school day, then the average and the set mark of each term."""
    lessons = town.lessons_of(pupil.id, start, end)
    days = sorted({it.date for it in lessons})
    cells: dict[tuple[str, date], list[str]] = {}
    for mark in town.marks(pupil.id, start, end):
        cells.setdefault((mark.subject, mark.date), []).append(mark.value)
    for absence in town.absences(pupil.id, start, end):
        cells.setdefault((absence.subject, absence.date), []).append(CODES[absence.code][0])
    shown = [it for it in terms(town, pupil) if it.start <= end and start <= it.end]
    months: dict[int, int] = {}
    for on in days:
        months[on.month] = months.get(on.month, 0) + 1
    names = "".join(f'<th colspan="{count}">{MONTHS[month - 1]}</th>' for month, count in months.items())
    names += "".join(f'<th rowspan="2">Средняя оценка, {it.name}</th><th rowspan="2">Итоговая оценка, {it.name}</th>' for it in shown)
    top = f'<tr><th rowspan="2">Предмет</th>{names}</tr><tr>{"".join(f"<th>{on.day}</th>" for on in days)}</tr>'
    taught = [key for key in town.subjects if any(it.subject == key for it in lessons)]
    rows = "".join(_journal_row(town, pupil, key, days, cells, shown) for key in taught)
    head = [
        ("Ученик", ids.full_name(pupil)), ("Класс", town.classes[pupil.class_id or ""].name.lower()), ("Год", f"{town.year[0].year}"),
        ("Период", f"с {short(start)} по {short(end)}"),
    ]  # fmt: skip
    return _page(TITLES["studenttotal"], head, top + rows)


def _journal_row(
    town: Town, pupil: Person, subject: str, days: list[date], cells: dict[tuple[str, date], list[str]], shown: list[Period]
) -> str:
    finals = {it.period: it.value for it in town.finals(pupil.id) if it.subject == subject}
    row = f'<td class="cell-text">{html.escape(town.subjects[subject].name)}</td>'
    row += "".join(f"<td>{html.escape(' '.join(cells.get((subject, on), [])))}</td>" for on in days)
    for it in shown:
        mean = average(town, by_subject(town.marks(pupil.id, it.start, it.end)).get(subject, []))
        row += f'<td class="cell-num-2">{_comma(mean)}</td><td class="cell-num-2">{finals.get(it.id, "")}</td>'
    return f"<tr>{row}</tr>"


# Set marks
def total_marks(town: Town, pupil: Person) -> str:
    """Terms, then the year, the exam and the final mark; empty where none is set."""
    finals = {(it.subject, it.period): it.value for it in town.finals(pupil.id)}
    shown, taught = terms(town, pupil), {it.subject for it in town.lessons_of(pupil.id, *town.year)}
    whole = next((it for it in town.periods_of(pupil.class_id or "") if it.kind == "year"), None)
    titles = "".join(f"<th>{name}</th>" for name in ("№", "Предмет", *(it.name for it in shown), "Год", "Экзамен", "Итог"))
    rows = ""
    for place, key in enumerate((key for key in town.subjects if key in taught), 1):
        year = finals.get((key, whole.id), "") if whole else ""
        values = [*(finals.get((key, it.id), "") for it in shown), year, "", year]
        rows += (
            f"<tr><td>{place}</td><td>{html.escape(town.subjects[key].name)}</td>{''.join(f'<td>{value}</td>' for value in values)}</tr>"
        )
    return _page(TITLES["studenttotalmarks"], [("Ученик", ids.full_name(pupil))], f"<tr>{titles}</tr>{rows}")


# The classic pages
def day_page(town: Town, pupil: Person, on: date) -> str:
    name = town.classes[pupil.class_id or ""].name.lower()
    rows = "".join(
        f"<tr><td>{_hours(it.starts_at, it.ends_at)}</td><td>Урок: {html.escape(town.subjects[it.subject].name)} [{name}]</td></tr>"
        for it in town.lessons_of(pupil.id, on, on)
        if it.status != "cancelled"
    )
    return f'<html><body><table class="table"><tr><th>Время</th><th>Занятие</th></tr>{rows}</table></body></html>'


def _hours(start: datetime, end: datetime) -> str:
    return f"{clock(start)} - {clock(end)}"


def week_page(town: Town, pupil: Person, on: date) -> str:
    monday = on - timedelta(days=on.weekday())
    rows = ""
    for shift in range(6):
        day_ = monday + timedelta(days=shift)
        found = [it for it in town.lessons_of(pupil.id, day_, day_) if it.status != "cancelled"]
        numbers = "<br>".join(f"{it.number}." for it in found)
        names = "<br>".join(html.escape(town.subjects[it.subject].name) for it in found)
        rows += f"<tr><td>{numbers}</td><td>{names}</td></tr>"
    title = f"Расписание на неделю с {short(monday)} по {short(monday + timedelta(days=5))}"
    return f'<html><body><h2>{title}</h2><table class="table"><tr><th>№</th><th>Занятия</th></tr>{rows}</table></body></html>'
