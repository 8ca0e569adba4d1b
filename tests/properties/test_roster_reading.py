"""Whatever is uploaded is read or refused with a sentence, and what was exported reads back as it was (RULES C8)."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.flows.refusals import Refused
from hub.flows.roster.cells import FORMULA
from hub.flows.roster.export import harmless
from hub.flows.roster.lines import read_roster
from hub.flows.roster.model import Line

TODAY = date(2026, 11, 21)
HEAD = ["Фамилия", "Имя", "Отчество", "Дата рождения", "Класс", "СНИЛС родителя 1", "Фамилия родителя 1", "Имя родителя 1", "Номер"]
letters = st.text(st.sampled_from("АБВГДЕЁЖЗИйклмнопрстуфхцчшщъыьэюя"), min_size=1, max_size=20)
cell = st.one_of(letters, st.text(max_size=30), st.sampled_from(["06.05.2014", "123-456-789 64", "=1+1", "-", '"', "6А", "1E+10", "\x00"]))


def read(data: bytes) -> tuple[Line, ...]:
    try:
        return read_roster(data, today=TODAY).lines
    except Refused as refused:
        assert refused.detail, "a refusal says why"
        return ()


@pytest.mark.rule("C8")
@given(st.binary(max_size=400))
@example(b"sep=;")
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b'"')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read(data)


@pytest.mark.rule("C8")
@given(st.lists(st.lists(cell, max_size=12), max_size=6), st.sampled_from([";", ",", "\t"]), st.sampled_from(["utf-8", "cp1251", "utf-16"]))
def test_any_cells_under_good_headings_are_read_or_refused_and_no_formula_gets_in(
    rows: list[list[str]], separator: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([HEAD, *rows])
    for line in read(out.getvalue().encode(encoding, errors="replace")):
        told = [line.last_name, line.first_name, line.middle_name, line.klass, line.card]
        told += [name for one in line.guardians for name in (one.last_name, one.first_name)]
        assert not any(text.startswith(FORMULA) or not text.isprintable() for text in told)
        assert all(len(one.snils) == 11 and one.snils.isdigit() for one in line.guardians)


@given(st.lists(st.tuples(letters, letters, st.dates(date(2005, 1, 1), TODAY)), min_size=1, max_size=8, unique_by=lambda one: one[2]))
def test_names_and_dates_read_back_as_they_were_written(people: list[tuple[str, str, date]]) -> None:
    out = io.StringIO(newline="")
    rows = [[harmless(last), harmless(first), "", born.strftime("%d.%m.%Y"), "6А"] for last, first, born in people]
    csv.writer(out, delimiter=";").writerows([HEAD[:5], *rows])
    found = read(b"\xef\xbb\xbf" + out.getvalue().encode())
    # A word that is all capitals or all small gets one capital.
    assert [(one.last_name.lower(), one.first_name.lower(), one.birth_date) for one in found] == [
        (last.lower(), first.lower(), born) for last, first, born in people
    ]
