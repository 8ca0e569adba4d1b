"""What a signed-in family reads: the diary, its files, the school, the report forms."""

from __future__ import annotations

from typing import Any, Final

from quart import Response, request

from sandbox.netschool.routes.table import Call, Handler
from sandbox.netschool.wire import diary, ids, reports, school
from sandbox.netschool.wire.answers import NetSchoolError, page

PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fea7"
    "35819f0000000049454e44ae426082"
)
"""A picture of one point, for users without a photo."""


def _week(call: Call) -> Any:
    pupil = call.pupil()
    start, end = call.span()
    found = diary.week(call.town, pupil, start, end, absence_as_mark=call.state.switches["absence_as_mark"])
    return found if call.is_this_year() else found | {"weekDays": []}


def _owed(call: Call) -> Any:
    pupil = call.pupil()
    return diary.owed(call.town, pupil, *call.span())


def _details(call: Call, number: str) -> Any:
    found = diary.details(call.town, call.pupil(), int(number))
    if found is None:
        raise NetSchoolError(404, "Задание не найдено")
    return found


def get_attachments(call: Call) -> Any:
    asked = call.body.get("assignId")
    if not isinstance(asked, list):
        raise NetSchoolError(400, "Неверный запрос")
    return diary.attachments(call.town, call.pupil(), {number for number in asked if isinstance(number, int)})


def _attachment(call: Call, number: str) -> Response:
    for pupil in call.children():
        found = diary.file_of(call.town, pupil, int(number))
        if found is not None:
            name, size = found
            body = f"Вложение песочницы: {name}\n".encode().ljust(min(size, 4096), b" ")
            return Response(body, content_type="application/octet-stream", headers={"filename": str(number)})
    raise NetSchoolError(404, "Файл не найден")


def _card(call: Call, number: str) -> Any:
    found = next((it for it in ids.schools(call.town) if str(ids.school(it)) == number), None)
    if found is None:
        raise NetSchoolError(404, "Школа не найдена")
    return school.card(found)


def _take(call: Call) -> Any:
    text = request.args.get("take", "-1")
    if not text.lstrip("-").isdigit():
        raise NetSchoolError(400, "Неверный запрос")
    return school.announcements(call.town, int(text))


def _form(call: Call, report: str) -> Any:
    if report not in reports.TITLES:
        raise NetSchoolError(404, "Отчёт не найден")
    call.first()
    return reports.filters(call.town, call.children(), report)


def _photo(_call: Call) -> Response:
    return Response(PIXEL, content_type="image/png")


def _report_file(call: Call, key: str) -> Response:
    found = call.state.queue.file(key, call.who.id)
    if found is None:
        raise NetSchoolError(404, "Файл не найден")
    return page(found)


READING: Final[dict[str, Handler]] = {
    r"student/diary/init": lambda call: school.init(call.town, call.children()),
    r"student/diary": _week,
    r"student/diary/pastmandatory": _owed,
    r"student/diary/assigns/(\d{1,12})": _details,
    r"attachments/(\d{1,12})": _attachment,
    r"attachments/uploadlimits": lambda call: {"fileSizeLimit": 50_000, "mailFileSizeLimit": 10_000},
    r"years/current": lambda call: school.year(call.town),
    r"years": lambda call: [school.year(call.town)],
    r"context": lambda call: school.context(call.town, call.who),
    r"grade/assignment/types": lambda call: diary.types(call.town),
    r"announcements": _take,
    r"schools/(-?\d{1,9})/card": _card,
    r"schedule/times": lambda call: school.bells(call.town, call.first()),
    r"mysettings": lambda call: school.settings(call.who),
    r"users/photo": _photo,
    r"earlyaccess": lambda call: {},
    r"reports": lambda call: reports.catalogue(),
    r"reports/(student[a-z]{1,20})": _form,
    r"files/([0-9a-f]{32})": _report_file,
}
