"""The administrator's page for people: sign-in through Gosuslugi, the queue, a decision; plain forms."""

from __future__ import annotations

import html
from typing import Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.my_school.routes.office import decide, reason_of, submitted
from sandbox.my_school.state.access import SESSION_LIFE
from sandbox.my_school.state.joins import OPEN, Bundle, Request
from sandbox.my_school.state.service import PREFIX, TITLE, Service
from sandbox.my_school.wire.errors import ERRORS, SchoolError
from sandbox.world.model import Person, School

COOKIE: Final = "my_school_office"
KINDS: Final = {
    "register_pupil": "Регистрация и прикрепление обучающегося",
    "attach_representative": "Прикрепление законного представителя",
}
WHOM: Final = {"register_pupil": "ученика", "attach_representative": "представителя"}
STATES: Final = {
    OPEN: "Ждёт решения",
    "approved": "Одобрен",
    "rejected": "Отклонён",
    "withdrawn": "Отозван",
    "expired": "Срок вышел",
}


class OfficePage:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def show(self) -> Response:
        """GET shows, POST signs in."""
        who = self._signed_in()
        if who is not None and request.method == "GET":
            return self._queue(who)
        action = f"{pages.own_base(PREFIX)}/office"
        found = await pages.signed_in(self._service.sandbox, f"{PREFIX}-office", TITLE, action, {})
        if isinstance(found, Response):
            return found
        if not self._service.offices(found):
            told = "Эта учётная запись Госуслуг не связана со школой как администратор"
            return pages.page(TITLE, "Кабинет школы", pages.paragraph(told, alert=True) + _again(), 403)
        key = self._service.access.issue("office", "", found.id, self._service.now, SESSION_LIFE)
        made = Response("", status=303, headers={"Location": action, "Cache-Control": "no-store"})
        made.set_cookie(COOKIE, key, path="/", httponly=True, samesite="Strict", secure=request.scheme == "https")
        return made

    def _signed_in(self) -> Person | None:
        grant = self._service.access.grant(request.cookies.get(COOKIE, ""), "office", self._service.now)
        return self._service.town.people.get((grant.person if grant else None) or "")

    async def decide(self, request_id: str) -> Response:
        """SameSite=Strict keeps other sites' forms out; the version, a page that is out of date."""
        who, found = self._signed_in(), self._service.registry.request(request_id)
        if who is None:
            return pages.page(TITLE, "Кабинет школы", pages.paragraph("Вход устарел", alert=True) + _again(), 401)
        if found is None or found[0].ogrn not in {it.ogrn for it in self._service.offices(who)}:
            return self._queue(who, ERRORS["not_found"][1], 404)
        form = await request.form
        approving, version = form.get("decision") == "approved", form.get("version", "")
        try:
            reason = None if approving else reason_of({"reason": form.get("reason")})
            decide(self._service, who, *found, "approved" if approving else "rejected", reason, int(version) if version.isdecimal() else 0)
        except SchoolError as error:
            status, text = ERRORS[error.code]
            return self._queue(who, f"{text}. Заявление не изменено.", status)
        return Response("", status=303, headers={"Location": f"{pages.own_base(PREFIX)}/office", "Cache-Control": "no-store"})

    def _queue(self, who: Person, alert: str = "", status: int = 200) -> Response:
        schools = self._service.offices(who)
        found = submitted(self._service, {it.ogrn for it in schools}, None)
        waiting = [pair for pair in found if pair[1].state == OPEN]
        done = sorted((pair for pair in found if pair[1].state != OPEN), key=lambda pair: -pair[0].version)
        body = pages.paragraph(alert, alert=True) if alert else ""
        body += "".join(pages.paragraph(self._title(it)) for it in schools) + f"<h2>Ждут решения: {len(waiting)}</h2>"
        body += "".join(self._form(*pair) for pair in waiting) or pages.paragraph("Новых запросов нет.")
        body += f"<h2>Рассмотрены: {len(done)}</h2>" + "".join(_row(*pair) for pair in done)
        return pages.page(TITLE, "Кабинет школы", body, status)

    def _title(self, school: School) -> str:
        return self._service.named(school).legal_name

    def _form(self, bundle: Bundle, one: Request) -> str:
        applicant = self._service.town.people.get(bundle.applicant)
        who = f"{applicant.last_name} {applicant.first_name} {applicant.middle_name}" if applicant else "неизвестен"
        action, name = f"{pages.own_base(PREFIX)}/office/requests/{one.id}", f"reason-{one.id}"
        told = f"Заявитель: {who}. Класс {bundle.class_name}, {bundle.key[3]}. Возраст ребёнка при подаче: {bundle.age_at_submission}."
        head = f"<h3>{html.escape(KINDS[one.kind])}: {html.escape(_child(bundle))}</h3>" + pages.paragraph(told)
        fields = {"version": str(one.version)}
        reason = f'<label for="{name}">Причина отказа</label>\n<input id="{name}" name="reason" maxlength="500" required>'
        whom = WHOM[one.kind]
        yes = pages.form(action, fields | {"decision": "approved"}, "", f"Одобрить {whom}")
        return head + yes + pages.form(action, fields | {"decision": "rejected"}, reason, f"Отклонить {whom}")


def _child(bundle: Bundle) -> str:
    return f"{bundle.child.last_name} {bundle.child.first_name}"


def _row(bundle: Bundle, one: Request) -> str:
    why = f" Причина: {one.reason}" if one.reason else ""
    return pages.paragraph(f"{KINDS[one.kind]}: {_child(bundle)}. {STATES[one.state]}.{why}")


def _again() -> str:
    return f'<p><a href="{pages.own_base(PREFIX)}/office">Войти другой учётной записью</a></p>'
