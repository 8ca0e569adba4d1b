"""The days that a family told: the platform's list of them, and the reasons that it knows (docs/wire/mes.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from connectors.diaries.mes.mapping import wire
from connectors.kit.absences import AbsenceReason, AbsentDay
from connectors.kit.answers import decode
from connectors.kit.local_time import iso_day
from connectors.kit.plain_text import plain_text

REASONS: Mapping[AbsenceReason, int] = {
    AbsenceReason.ILL: 6,
    AbsenceReason.DOCTOR: 6,
    AbsenceReason.FAMILY: 2,
    AbsenceReason.EVENT: 8,
    AbsenceReason.OTHER: 2,
}
"""The platform demands one of three, and does not take a notice without any."""
TITLES: Mapping[int, str] = {2: "семейные обстоятельства", 6: "болезнь", 8: "соревнования"}


def absent_days(system: str, body: bytes, *, profile: str) -> tuple[AbsentDay, ...]:
    """The told days alone: what was missed without a word stands in the same list. The school's own answer is told nowhere."""
    found = decode(system, body, wire.Attendance)
    return tuple(
        AbsentDay(
            day=iso_day(system, one.date[:10], f"$.attendance[{place}].date"),
            reason=TITLES.get(one.reason_id or 0, ""),
            comment=plain_text(one.description or ""),
            is_own=None if one.parent_profile_id is None or not profile else str(one.parent_profile_id) == profile,
        )
        for place, one in enumerate(found.attendance)
        if one.notified
    )


def request(student: str, days: Sequence[date], reason: AbsenceReason, comment: str) -> dict[str, object]:
    told = {"reason_id": REASONS[reason], "description": comment}
    return {"student_id": int(student), "notifications": [{"date": day.isoformat(), **told} for day in days]}
