"""The diary's further pages: homework, the year's calendar, attendance, announcements, a subject, times, a report, one mark."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.announce import list_for_child
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.pages.announcements import show_announcements
from hub.flows.show_diary.pages.attendance import show_attendance
from hub.flows.show_diary.pages.card import show_mark
from hub.flows.show_diary.pages.frame import Asked
from hub.flows.show_diary.pages.homework import show_homework
from hub.flows.show_diary.pages.report import show_report
from hub.flows.show_diary.pages.subject import show_subject
from hub.flows.show_diary.pages.terms import show_terms
from hub.flows.show_diary.pages.times import show_times
from hub.web.answers import deps
from hub.web.charts import absences_svg, class_averages, progress_svg
from hub.web.child_page import child_page, day_asked, day_in, picture
from hub.web.visitors import signed_in

routes = Blueprint("diary_pages", __name__, url_prefix="/children/<child>")


def _asked() -> Asked:
    return Asked(start=day_asked("from"), end=day_asked("to"))


@routes.get("/homework")
@hide
async def homework(child: str) -> Response:
    """`?from=&to=`; without them today and the week after it."""
    who = await signed_in()
    view = await show_homework(deps(), who, child, _asked())
    return await child_page("diary/homework.html", who, view.child, section="homework", view=view)


@routes.get("/terms")
@hide
async def terms(child: str) -> Response:
    """`?day=` is any day of the school year."""
    who = await signed_in()
    view = await show_terms(deps(), who, child, day=day_asked("day"))
    return await child_page("diary/terms.html", who, view.child, section="terms", view=view)


@routes.get("/attendance")
@hide
async def attendance(child: str) -> Response:
    """`?from=&to=`; without them the school year so far."""
    who = await signed_in()
    view = await show_attendance(deps(), who, child, _asked())
    return await child_page("diary/attendance.html", who, view.child, section="attendance", view=view)


@routes.get("/attendance.svg")
@hide
async def attendance_picture(child: str) -> Response:
    view = await show_attendance(deps(), await signed_in(), child, _asked())
    return await picture(lambda: absences_svg(view))


@routes.get("/announcements")
@hide
async def announcements(child: str) -> Response:
    """`?from=&to=`; without them the last 90 days."""
    who = await signed_in()
    view = await show_announcements(deps(), who, child, _asked())
    told = await list_for_child(deps(), who, child)
    return await child_page("diary/announcements.html", who, view.child, section="announcements", view=view, told=told)


@routes.get("/subject")
@hide
async def subject(child: str) -> Response:
    """`?subject=`, and `?from=&to=`; without them the subject with the most marks over the school year."""
    who = await signed_in()
    view = await show_subject(deps(), who, child, request.args.get("subject"), _asked())
    compared = view.progress is not None and any(value is not None for value in class_averages(view.progress))
    return await child_page("diary/subject.html", who, view.child, section="subject", view=view, compared=compared)


@routes.get("/subject.svg")
@hide
async def subject_picture(child: str) -> Response:
    view = await show_subject(deps(), await signed_in(), child, request.args.get("subject"), _asked())
    progress = view.progress
    if progress is None:
        raise Refused(Reason.NOT_FOUND)
    return await picture(lambda: progress_svg(progress))


@routes.get("/times")
@hide
async def times(child: str) -> Response:
    """`?week=` is any day of the week."""
    who = await signed_in()
    view = await show_times(deps(), who, child, day=day_asked("week"))
    return await child_page("diary/times.html", who, view.child, section="times", view=view)


@routes.get("/report")
@hide
async def report(child: str) -> Response:
    """`?from=&to=`; without them the last 30 days."""
    who = await signed_in()
    view = await show_report(deps(), who, child, _asked())
    return await child_page("diary/report.html", who, view.child, section="report", view=view)


@routes.get("/marks/<day>/<mark>")
@hide
async def mark_card(child: str, day: str, mark: str) -> Response:
    """One mark; the address names its day, for copies are kept by weeks."""
    who = await signed_in()
    view = await show_mark(deps(), who, child, mark, day_in(day))
    return await child_page("diary/mark.html", who, view.child, section="diary", view=view)
