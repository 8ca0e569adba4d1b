"""Namespaces, operations and what each one asks."""

from __future__ import annotations

from typing import Final

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SMEV: Final = "http://smev.gosuslugi.ru/rev120315"
SERVICE: Final = "urn:school-hub:epgu:1"
SMEV_ACTOR: Final = "http://smev.gosuslugi.ru/actors/smev"
NEXT_ACTOR: Final = "http://schemas.xmlsoap.org/soap/actor/next"

OPERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "GetStudents": ("ApplicantSnils",),
    "GetDiary": ("StudentId", "From", "To"),
    "GetFinalMarks": ("StudentId",),
    "GetTimetable": ("StudentId", "Date"),
}
"""Each with the fields that it cannot do without."""


def smev(name: str) -> str:
    return f"{{{SMEV}}}{name}"


def soap(name: str) -> str:
    return f"{{{SOAP}}}{name}"


def own(name: str) -> str:
    return f"{{{SERVICE}}}{name}"
