"""Which column of a table means what, by its Russian heading, in any order; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.flows.refusals import Reason, Refused
from hub.flows.roster.model import MOST_GUARDIANS

HEAD_WITHIN = 10
TITLES = {
    "last_name": "Фамилия", "first_name": "Имя", "middle_name": "Отчество", "birth_date": "Дата рождения", "class": "Класс",
    "card": "Номер личного дела", "snils": "СНИЛС ученика",
}  # fmt: skip
REQUIRED = ("last_name", "first_name", "birth_date", "class")
GUARDIAN_TITLES = {"snils": "СНИЛС", "last_name": "Фамилия", "first_name": "Имя"}
_OTHERS_WORDS = (("матер", "мать", "мам"), ("отц", "отец", "пап"), ("родител", "представител", "законн", "опекун"))
_CARD = {"номер", "номер личного дела", "личное дело", "номер дела", "код ученика"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Places of the columns, of the guardians' one mapping each; `titles` are for sentences, `ignored` headings were not needed."""

    child: dict[str, int]
    guardians: tuple[dict[str, int], ...]
    titles: dict[int, str]
    ignored: tuple[str, ...]


def find_head(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, Columns]:
    """The place of the heading row among the first rows, and its columns; a title above the table does no harm."""
    best = max(range(min(HEAD_WITHIN, len(rows))), key=lambda place: (len(_child_columns(rows[place][1])), -place))
    cells = rows[best][1]
    child = _child_columns(cells)
    missing = [f"«{TITLES[name]}»" for name in REQUIRED if name not in child]
    if missing:
        hint = " Разделите столбец «ФИО» на «Фамилия», «Имя», «Отчество»." if any(_plain(cell).startswith("фио") for cell in cells) else ""
        raise Refused(Reason.MALFORMED, f"В таблице нет столбцов: {', '.join(missing)}.{hint}")
    return best, _columns(cells, child)


def _columns(cells: Sequence[str], child: dict[str, int]) -> Columns:
    slots: dict[tuple[int, int], dict[str, int]] = {}
    titles = {place: TITLES[name] for name, place in child.items()}
    ignored = []
    for place, cell in enumerate(cells):
        if place in child.values():
            continue
        if (again := _child(cell)) is not None:
            raise Refused(Reason.MALFORMED, f"Столбец «{TITLES[again]}» встречается дважды.")
        slot, name = _guardian(cell)
        if slot is None or name is None:
            ignored += [cell.strip()[:60]] if cell.strip() else []
            continue
        if name in slots.setdefault(slot, {}):
            raise Refused(Reason.MALFORMED, f"Столбец «{cell.strip()[:60]}» встречается дважды.")
        slots[slot][name] = place
        titles[place] = cell.strip()[:60]
    if len(slots) > MOST_GUARDIANS:
        raise Refused(Reason.MALFORMED, f"Представителей в таблице больше {MOST_GUARDIANS}.")
    for places in slots.values():
        lacking = [title for name, title in GUARDIAN_TITLES.items() if name not in places]
        if lacking:
            near = titles[next(iter(places.values()))]
            raise Refused(Reason.MALFORMED, f"Рядом со столбцом «{near}» нужны ещё: {', '.join(lacking)} того же представителя.")
    return Columns(child=child, guardians=tuple(slots[slot] for slot in sorted(slots)), titles=titles, ignored=tuple(ignored))


def _child_columns(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if (name := _child(cell)) is not None:
            found.setdefault(name, place)
    return found


def _child(cell: str) -> str | None:
    words = _plain(cell)
    if len(words) > 40 or _whose(words) is not None:
        return None
    own = re.sub(r" (ученика|ученицы|учащегося|обучающегося|ребенка)$", "", words)
    if own in _CARD:
        return "card"
    plain = {
        "фамилия": "last_name", "имя": "first_name", "отчество": "middle_name", "класс": "class", "класс литер": "class", "снилс": "snils",
    }  # fmt: skip
    if own in plain:
        return plain[own]
    return "birth_date" if own in ("дата рождения", "день рождения", "др", "д р") else None


def _guardian(cell: str) -> tuple[tuple[int, int] | None, str | None]:
    """Which guardian and which of its cells: «СНИЛС родителя 2», «Фамилия матери»."""
    words = _plain(cell)
    whose = _whose(words)
    if whose is None:
        return None, None
    number = re.search(r"\d+", words)
    fields = {"снилс": "snils", "фамили": "last_name", "имя": "first_name"}
    name = next((field for word, field in fields.items() if word in words), None)
    return (whose, int(number.group()[:4]) if number else 1), name


def _whose(words: str) -> int | None:
    return next((kind for kind, stems in enumerate(_OTHERS_WORDS) if any(word.startswith(stems) for word in words.split())), None)


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", cell.casefold().replace("ё", "е")).split())
