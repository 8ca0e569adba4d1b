"""The roster as a table for the school: no SNILS, no cell that a table program would run, every pupil's family told (RULES A13, C8)."""

from __future__ import annotations

import csv
import io
from functools import partial

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_reading
from hub.flows.roster.cells import FORMULA
from hub.flows.roster.desk import officer_here, take_turn
from hub.flows.roster.listing import in_order
from hub.store.sessions import Visitor
from identity.model import AuditKind, Person, normalised
from identity.store import Place, persons_by_id, places_in

HEAD = ("Класс", "Фамилия", "Имя", "Отчество", "Дата рождения", "Номер личного дела", "Родитель подключён", "Код действует до")
NOTED_AT_ONCE = 100


async def export_roster(deps: Deps, visitor: Visitor, *, klass: str | None = None, school: str | None = None) -> bytes:
    """CSV as Excel opens it: UTF-8 with its mark, semicolons. Its first columns can be imported again."""
    now = deps.now()
    take_turn(deps.memory.office_acts, visitor, "export")

    def unit() -> tuple[Officer, list[tuple[Place, Person]]]:
        officer = officer_here(deps, visitor, school)
        places = places_in(officer.school, klass=klass, now=now)
        people = persons_by_id(deps.keys, [one.child for one in places])
        return officer, [(one, people[one.child]) for one in places if one.child in people]

    officer, rows = await deps.db.read(unit)
    children = [place.child for place, _ in rows]
    # First the trace, then the table; in pieces, so that a big school holds nobody up.
    for start in range(0, len(children), NOTED_AT_ONCE):
        some = children[start : start + NOTED_AT_ONCE]
        await deps.db.write(partial(note_reading, deps, officer, some, page="office.roster_export", kind=AuditKind.EXPORT, now=now))
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEAD)
    for place, one in sorted(rows, key=lambda row: (in_order(row[0].klass), normalised(row[1].last_name), normalised(row[1].first_name))):
        table.writerow([harmless(cell) for cell in _cells(place, one)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no table program takes for a formula."""
    text = " ".join(cell.split())
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(place: Place, one: Person) -> tuple[str, ...]:
    born = one.birth_date.strftime("%d.%m.%Y") if one.birth_date else ""
    until = place.code_until.strftime("%d.%m.%Y") if place.code_until and not place.linked else ""
    linked = "да" if place.linked else "нет"
    return (place.klass, one.last_name, one.first_name, one.middle_name, born, place.number or "", linked, until)
