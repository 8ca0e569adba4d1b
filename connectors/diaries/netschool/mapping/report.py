"""«Итоговые отметки»: a report made for paper, an HTML table of subjects by periods."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.frame import Frame
from connectors.kit.diary import Final, Origin, Period
from connectors.kit.errors import Drifted, NotFound
from connectors.kit.local_time import school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text

SUBJECT = "предмет"
PUPIL = "SID"
# Where the head of the table is cut otherwise, these three end each row (netschoolpy).
LAST = ("Год", "Экзамен", "Итог")


def chosen_for(system: str, form: wire.Report, pupil: str) -> list[dict[str, str]]:
    """The form filled in for this pupil, the rest as it stands."""
    chosen = []
    for source in form.filter_sources:
        value = pupil if source.filter_id == PUPIL else source.default_value
        item = next((one for one in source.items or () if one.value == value), None)
        if source.filter_id == PUPIL and item is None:
            raise NotFound(system, "the report does not know this pupil")
        chosen.append({"filterId": source.filter_id, "filterValue": value or "", "filterText": (item.title or "") if item else ""})
    return chosen


def finals(frame: Frame, html: str) -> tuple[Final, ...]:
    """One record for each filled cell; a report without a table of subjects is no report."""
    rows = _rows(html)
    heads = [row for row in rows if any(cell.casefold() == SUBJECT for cell in row)]
    if not heads:
        raise Drifted(frame.system, "report", "no table of subjects")
    year = school_year(frame.fetched_at.astimezone(frame.zone).date())
    records = []
    for row in rows:
        if len(row) < 3 or not row[0].isdecimal() or not row[1]:
            continue
        for name, cell in zip(_names(heads[0], len(row)), row[2:], strict=True):
            reading = read_mark(cell)
            if reading.empty:
                continue
            period = Period(id=f"{year} {name}", kind=kind_of(name), name=name, number=number_of(name), school_year=year)
            origin = Origin(system=frame.system, id=f"{year}-{name}-{row[1]}", fetched_at=frame.fetched_at)
            records.append(Final(origin=origin, subject=row[1], period=period, value=reading.text, number=reading.number))
    return tuple(records)


def _names(head: Sequence[str], width: int) -> list[str]:
    if len(head) == width:
        return list(head[2:])
    terms = [f"Период {number}" for number in range(1, width - 2 - len(LAST) + 1)]
    return [*terms, *LAST][: width - 2] if width >= 2 + len(LAST) else [f"Период {number}" for number in range(1, width - 1)]


class _Table(HTMLParser):
    """The cells of every table row as plain text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's signature
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self.rows:
            self.rows[-1].append(plain_text(" ".join("".join(self._cell).split())))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def _rows(html: str) -> list[list[str]]:
    table = _Table()
    table.feed(html)
    table.close()
    return table.rows
