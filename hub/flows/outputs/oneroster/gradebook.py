"""A child's marks and results as line items and results: `textScore` is the value as written, `score` a number if it is one (RULES C1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hub.flows.outputs.oneroster.frame import Frame, next_day
from hub.flows.outputs.oneroster.package import id_of
from hub.flows.views.items import FinalItem, MarkItem, PeriodView

FINALS = "Итог"
CURRENT = "Текущая"
FIVE = "{5:5},{4:4},{3:3},{2:2},{1:1}"
_RANGE = {"five": ("1", "5"), "hundred": ("0", "100")}
_SESSIONS = {"quarter": "gradingPeriod", "module": "gradingPeriod", "trimester": "term", "semester": "semester"}
_EXEMPT = ("осв",)
_DUE = ("", "•", "·")


class Gradebook:
    """The rows of one child in one class."""

    def __init__(self, frame: Frame, student: str, klass: str) -> None:
        self._frame = frame
        self._package = frame.package
        self._student = student
        self._klass = klass
        self._sessions: list[tuple[date, date, str]] = []

    def subjects(self, names: Iterable[str]) -> None:
        for name in names:
            self._class_of(name)

    def periods(self, periods: Iterable[PeriodView]) -> None:
        """Those with both dates; a year is the school year itself."""
        for one in periods:
            self._session(one)

    def marks(self, marks: Sequence[MarkItem]) -> None:
        for mark in marks:
            day = mark.date or (mark.set_at or mark.source.fetched_at).date()
            title = mark.work or mark.topic or "Оценка"
            low, high = _RANGE.get(mark.scale, ("", ""))
            item = self._line_item(mark.id, title, mark.topic, mark.subject, mark.work or CURRENT, day, self._session_on(day), low, high)
            number = "" if mark.number is None else f"{mark.number:g}"
            self._result(item, mark.id, mark.subject, mark.value, number, day, mark.comment)
            if mark.scale == "five":
                self._five(item, mark.subject)
            for criterion in mark.criteria:
                part, named = f"{mark.id}\x1f{criterion.name}", f"{title}: {criterion.name}"
                most = _number(criterion.max or "")
                own = self._line_item(part, named, "", mark.subject, mark.work or CURRENT, day, self._session_on(day), "", most)
                self._result(own, part, mark.subject, criterion.value, _number(criterion.value), day, "")

    def finals(self, finals: Sequence[FinalItem]) -> None:
        for final in finals:
            day = final.period_info.end or final.source.fetched_at.date()
            item = self._line_item(
                final.id, final.period, "", final.subject, FINALS, day, self._session(final.period_info) or self._frame.year_id, "", ""
            )
            self._result(item, final.id, final.subject, final.value, _number(final.value), day, "", open_=final.is_preliminary)

    def _class_of(self, subject: str) -> str:
        class_ = self._frame.lessons_of(self._klass, subject or "Без предмета")
        self._frame.enrol(self._student, class_)
        return class_

    def _session(self, period: PeriodView) -> str | None:
        kind = _SESSIONS.get(period.kind)
        if kind is None or period.start is None or period.end is None or period.end < period.start:
            return None
        id_ = id_of("session", self._frame.year_id, period.kind, period.name, str(period.start), str(period.end))
        self._package.add(
            "academicSessions",
            id_,
            title=period.name,
            type=kind,
            startDate=period.start.isoformat(),
            endDate=next_day(period.end),
            parentSourcedId=self._frame.year_id,
            schoolYear=str(self._frame.year.end.year),
        )
        self._sessions.append((period.start, period.end, id_))
        return id_

    def _session_on(self, day: date) -> str:
        return next((id_ for start, end, id_ in self._sessions if start <= day <= end), self._frame.year_id)

    def _line_item(self, key: str, title: str, text: str, subject: str, category: str, day: date, session: str, low: str, high: str) -> str:
        return self._package.add(
            "lineItems",
            id_of("item", key),
            title=title,
            description=text,
            assignDate=day.isoformat(),
            dueDate=day.isoformat(),
            classSourcedId=self._class_of(subject),
            categorySourcedId=self._package.add("categories", id_of("category", category), title=category),
            academicSessionSourcedId=session,
            resultValueMin=low,
            resultValueMax=high,
            schoolSourcedId=self._frame.org,
        )

    def _result(self, item: str, key: str, subject: str, text: str, number: str, day: date, comment: str, *, open_: bool = False) -> None:
        said = text.strip().casefold().rstrip(".")
        due = said in _DUE
        status = "exempt" if said in _EXEMPT else "not submitted" if due else "partially graded" if open_ else "fully graded"
        self._package.add(
            "results",
            id_of("result", key),
            lineItemSourcedId=item,
            studentSourcedId=self._student,
            scoreStatus=status,
            score=number,
            scoreDate=day.isoformat(),
            comment=comment,
            textScore=text,
            classSourcedId=self._class_of(subject),
            inProgress="true" if open_ else "",
            missing="true" if due else "",
        )

    def _five(self, item: str, subject: str) -> None:
        class_, course = self._class_of(subject), self._frame.course(subject or "Без предмета")
        scale = self._package.add(
            "scoreScales",
            id_of("scale", class_, "five"),
            title="Пятибалльная",
            type="five",
            orgSourcedId=self._frame.org,
            courseSourcedId=course,
            classSourcedId=class_,
            scoreScaleValue=FIVE,
        )
        self._package.add("lineItemScoreScales", id_of("itemscale", item, scale), lineItemSourcedId=item, scoreScaleSourcedId=scale)


def _number(text: str) -> str:
    """A plain number, with a point; anything else has none."""
    found = text.strip().replace(",", ".")
    whole, _, rest = found.partition(".")
    return found if whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit())) else ""
