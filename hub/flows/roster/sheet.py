"""Reads the bytes of a table as Excel really writes it: its encoding, its separator, its rows; pure."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass, field

from hub.flows.refusals import Reason, Refused

SEPARATORS = {";": "точка с запятой", ",": "запятая", "\t": "табуляция"}
LONGEST_CELL, MOST_CELLS = 500, 200
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`rows` are numbered from 1 as Excel numbers them, the empty ones left out."""

    encoding: str
    separator: str
    rows: tuple[tuple[int, list[str]], ...] = field(repr=False)


def read_sheet(data: bytes) -> Sheet:
    """The table, or a refusal that says how to save it again."""
    if data.startswith(_BOOKS):
        raise Refused(Reason.MALFORMED, "Это книга Excel. Сохраните её как «CSV UTF-8 (разделитель — запятая)» и загрузите снова.")
    text, encoding = _text(data)
    if not text.strip():
        raise Refused(Reason.MALFORMED, "Файл пуст.")
    if "\x00" in text:
        raise Refused(Reason.MALFORMED, "Это не таблица CSV: в файле двоичные данные.")
    text, separator = _separator(text)
    rows = _rows(text, separator)
    if not rows:
        raise Refused(Reason.MALFORMED, "Файл пуст.")
    return Sheet(encoding=encoding, separator=SEPARATORS[separator], rows=rows)


def _text(data: bytes) -> tuple[str, str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :] if name == "utf-8" else data, name), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "cp1251"), "windows-1251"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(Reason.MALFORMED, "Буквы в файле не читаются. Сохраните таблицу как «CSV UTF-8» и загрузите снова.") from error


def _separator(text: str) -> tuple[str, str]:
    """Excel may name it in a first line `sep=;`; else it is the sign that the first lines hold most often outside quotes."""
    first, _, rest = text.partition("\n")
    named = first.strip().lower().removeprefix("sep=") if first.lower().startswith("sep=") else ""
    if named in SEPARATORS:
        # An empty line stands in, so that rows keep the numbers that Excel shows.
        return "\n" + rest, named
    head = text[:4000].split('"')[::2]
    return text, max(SEPARATORS, key=lambda sign: sum(part.count(sign) for part in head))


def _rows(text: str, separator: str) -> tuple[tuple[int, list[str]], ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found = []
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MOST_CELLS and any(cells[MOST_CELLS:]):
                raise Refused(Reason.MALFORMED, f"Строка {number}: больше {MOST_CELLS} столбцов. Удалите лишние.")
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise Refused(Reason.MALFORMED, f"Строка {number}: ячейка длиннее {LONGEST_CELL} знаков. Проверьте кавычки.")
            if any(cell.strip() for cell in cells):
                found.append((number, cells[:MOST_CELLS]))
    except csv.Error as error:
        raise Refused(Reason.MALFORMED, f"Таблица не читается около строки {reader.line_num}: проверьте кавычки.") from error
    return tuple(found)
