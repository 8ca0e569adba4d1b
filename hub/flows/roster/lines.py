"""Makes rows of a table into lines of a roster, cell by cell, and finds what contradicts itself within the file; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from hub.flows.refusals import Reason, Refused
from hub.flows.roster import cells
from hub.flows.roster.columns import GUARDIAN_TITLES, TITLES, Columns, find_head
from hub.flows.roster.model import MOST_ROWS, Line, Trouble, TypedGuardian
from hub.flows.roster.sheet import read_sheet
from identity.model import normalised, same_name

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What was read: lines in the file's order, and the troubles by line."""

    encoding: str
    separator: str
    ignored: tuple[str, ...]
    lines: tuple[Line, ...] = field(repr=False)
    troubles: dict[int, tuple[Trouble, ...]]


def read_roster(data: bytes, *, today: date) -> Roster:
    """The file's lines, or a refusal of the whole file."""
    sheet = read_sheet(data)
    place, columns = find_head(sheet.rows)
    body = sheet.rows[place + 1 :]
    if not body:
        raise Refused(Reason.MALFORMED, "Под заголовками нет ни одной строки.")
    if len(body) > MOST_ROWS:
        raise Refused(Reason.MALFORMED, f"В файле больше {MOST_ROWS} строк. Разделите его на несколько.")
    read = [_line(number, row, columns, today) for number, row in body]
    lines = tuple(line for line, _ in read)
    troubles = {line.number: (*found, *more) for (line, found), more in zip(read, _within(lines), strict=True)}
    return Roster(encoding=sheet.encoding, separator=sheet.separator, ignored=columns.ignored, lines=lines, troubles=troubles)


class _Row:
    """One row while it is read: a cell that cannot be used leaves a trouble and its default."""

    def __init__(self, number: int, row: list[str], columns: Columns) -> None:
        self._number, self._row, self._columns = number, row, columns
        self.troubles: list[Trouble] = []

    def cell(self, place: int | None, read: Callable[[str], Value], default: Value) -> Value:
        text = self._row[place] if place is not None and place < len(self._row) else ""
        try:
            return read(text)
        except cells.Wrong as wrong:
            self.trouble(self._columns.titles.get(place if place is not None else -1, ""), str(wrong))
            return default

    def trouble(self, column: str, text: str, *, fatal: bool = True) -> None:
        self.troubles.append(Trouble(self._number, column, text, fatal))


def _line(number: int, raw: list[str], columns: Columns, today: date) -> tuple[Line, tuple[Trouble, ...]]:
    row, child = _Row(number, raw, columns), columns.child

    def born(text: str) -> date | None:
        return cells.birth_date(text, today=today)

    line = Line(
        number=number,
        last_name=row.cell(child["last_name"], cells.name, ""),
        first_name=row.cell(child["first_name"], cells.name, ""),
        middle_name=row.cell(child.get("middle_name"), lambda text: cells.name(text, required=False), ""),
        birth_date=row.cell(child["birth_date"], born, None),
        klass=row.cell(child["class"], cells.klass, ""),
        card=row.cell(child.get("card"), cells.card, ""),
        snils=snils.digits if (snils := row.cell(child.get("snils"), cells.snils, None)) else "",
        guardians=tuple(one for slot in columns.guardians if (one := _guardian(row, slot, columns)) is not None),
    )
    seen = [*filter(None, [line.snils]), *(one.snils for one in line.guardians)]
    if len(set(seen)) < len(seen):
        row.trouble(GUARDIAN_TITLES["snils"], "Один и тот же СНИЛС записан в строке дважды.")
    return line, tuple(row.troubles)


def _guardian(row: _Row, slot: dict[str, int], columns: Columns) -> TypedGuardian | None:
    before = len(row.troubles)
    snils = row.cell(slot["snils"], cells.snils, None)
    last = row.cell(slot["last_name"], lambda text: cells.name(text, required=False), "")
    first = row.cell(slot["first_name"], lambda text: cells.name(text, required=False), "")
    if len(row.troubles) > before:
        return None
    if snils is None:
        if last or first:
            row.trouble(columns.titles[slot["snils"]], "СНИЛС не вписан: этого представителя свяжет код с листка.", fatal=False)
        return None
    if not last or not first:
        row.trouble(columns.titles[slot["last_name" if not last else "first_name"]], "К СНИЛС нужны фамилия и имя представителя.")
        return None
    return TypedGuardian(snils.digits, last, first)


def _within(lines: tuple[Line, ...]) -> list[tuple[Trouble, ...]]:
    """A child twice, a number twice, one SNILS under two names: the later line is refused."""
    children: dict[tuple[str, str, date], int] = {}
    cards: dict[str, int] = {}
    pupils: dict[str, int] = {}
    people: dict[str, tuple[int, str, str]] = {}
    found = []
    for line in lines:
        troubles = []
        if line.last_name and line.first_name and line.birth_date:
            earlier = children.setdefault((normalised(line.last_name), normalised(line.first_name), line.birth_date), line.number)
            if earlier != line.number:
                troubles.append(Trouble(line.number, TITLES["last_name"], f"Этот ученик уже есть в строке {earlier}."))
        if line.card and (earlier := cards.setdefault(line.card, line.number)) != line.number:
            troubles.append(Trouble(line.number, TITLES["card"], f"Этот номер уже есть в строке {earlier}."))
        if line.snils and (earlier := pupils.setdefault(line.snils, line.number)) != line.number:
            troubles.append(Trouble(line.number, TITLES["snils"], f"Этот СНИЛС уже есть в строке {earlier}."))
        for one in line.guardians:
            number, last, first = people.setdefault(one.snils, (line.number, one.last_name, one.first_name))
            if not same_name(last, first, one.last_name, one.first_name):
                troubles.append(Trouble(line.number, GUARDIAN_TITLES["snils"], f"Этот СНИЛС в строке {number} записан на другое имя."))
        found.append(tuple(troubles))
    return found
