"""A cabinet by e-mail and letter, the application to a school, the school's decision (docs/wire/petersburg.md)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.inbox import Letter
from sandbox.petersburg.registry import OPEN_A_PERSON, STATES, Application, Waiting
from sandbox.petersburg.routes.table import Call, listed
from sandbox.petersburg.state import ID, State
from sandbox.petersburg.wire import people
from sandbox.petersburg.wire.answers import SiteError, bad, day, moment, read_moment
from sandbox.system import Sandbox
from sandbox.world.model import Person, School
from sandbox.world.town import Town

EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SHORTEST_PASSWORD: Final = 8
RELATIONS: Final = ("parent", "guardian")
NAMES: Final = ("surname", "firstname", "middlename")
TITLE: Final = "Петербургское образование"


class Registration:
    """The calls of one sandbox's site that make a cabinet and ask for a child."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def register(self) -> Any:
        """The same answer for an address that has a cabinet already; its letter then says so."""
        body = await json_object()
        email, password, name = _text(body, "email").lower(), str(body.get("password") or ""), _name(body)
        if not EMAIL.fullmatch(email):
            raise bad("email")
        if len(password) < SHORTEST_PASSWORD:
            raise bad("password")
        if self._sandbox.town.person_by_login(ID, email) is not None:
            self._write(email, f"{TITLE}: у вас уже есть личный кабинет, войдите со своим паролем.")
        else:
            code = self._state.registry.wait(email, password, name, self._sandbox.clock.now())
            link = f"{self._sandbox.base_url()}/{ID}/activate?code={code}"
            self._write(email, f"{TITLE}: чтобы открыть личный кабинет, в течение суток перейдите по ссылке: {link}", code)
        return {"state": "wait_email"}

    def activate(self, code: str, email: str | None = None) -> bool:
        found = self._state.registry.activated(code, self._sandbox.clock.now(), email)
        if found is not None:
            self._open(found)
        return found is not None

    def _open(self, found: Waiting) -> None:
        who = self._sandbox.town.adult(*found.name, found.email)
        if "login" not in who.accounts.get(ID, {}):
            who.accounts[ID] = {"login": found.email, "password": found.password, "user_id": 78_000 + who.number}

    async def page(self) -> Response:
        """The letter's link: a button, so that a mail program that looks at links opens nothing."""
        if request.method != "POST":
            code = {"code": request.args.get("code", "")}
            return pages.page(TITLE, "Личный кабинет", pages.form(f"{pages.own_base(ID)}/activate", code, "", "Открыть кабинет"))
        if self.activate((await request.form).get("code", "")):
            return pages.page(TITLE, "Кабинет открыт", pages.paragraph("Войдите и подайте заявление в школу."))
        return pages.page(TITLE, "Личный кабинет", pages.paragraph("Ссылка устарела или уже использована", alert=True), 400)

    # Applications
    async def apply(self, call: Call) -> Any:
        body = await json_object()
        name, institution = _name(body), str(body.get("institution_id") or "")
        if institution not in {str(number) for number in institutions(call.town)}:
            raise bad("institution_id")
        if body.get("relation", "parent") not in RELATIONS:
            raise bad("relation")
        born, own = read_moment("birth_date", _text(body, "birth_date")).date(), self._state.registry.of(call.who.id)
        same = next((it for it in own if (it.name, it.birth_date, str(it.institution)) == (name, born, institution)), None)
        if same is not None and same.state in ("submitted", "approved"):
            return shown(call.town, same)
        if sum(it.state == "submitted" for it in own) >= OPEN_A_PERSON:
            raise SiteError(400, "Слишком много заявлений на рассмотрении")
        relation = str(body.get("relation", "parent"))
        return shown(call.town, self._state.registry.apply(call.who.id, int(institution), name, born, relation, call.now))

    def listed(self, call: Call) -> Any:
        return listed([shown(call.town, it) for it in self._state.registry.of(call.who.id)])

    def withdraw(self, call: Call, number: str) -> Any:
        found = next((it for it in self._state.registry.of(call.who.id) if str(it.id) == number), None)
        if found is None:
            raise SiteError(403, "Доступ запрещён")
        if found.state != "submitted":
            raise SiteError(400, "Заявление уже рассмотрено")
        found.state, found.decided_at = "withdrawn", call.now
        return shown(call.town, found)

    def decide(self, found: Application, pupil: Person | None, reason: str) -> None:
        """The school's decision: with a pupil approved, without one rejected."""
        town = self._sandbox.town
        who = town.people[found.person]
        found.state, found.reason, found.decided_at = ("approved" if pupil else "rejected"), reason, self._sandbox.clock.now()
        if pupil is not None:
            town.add_guardian(who, pupil)
            text = f"{TITLE}: заявление № {found.id} одобрено. Дневник ребёнка открыт в вашем личном кабинете."
        else:
            text = f"{TITLE}: заявление № {found.id} отклонено. Причина: {reason}"
        self._write(str(who.accounts[ID]["login"]), text)

    def _write(self, to: str, text: str, code: str | None = None) -> None:
        self._sandbox.inbox.put(Letter(kind="mail", system=ID, to=to, text=text, at=self._sandbox.clock.now(), code=code))


def institutions(town: Town) -> dict[int, School]:
    return {7_800 + it.number: it for it in people.schools(town)}


def open_institutions(town: Town) -> Any:
    return listed([people.institution(it, number) for number, it in institutions(town).items()])


def pupil_of(town: Town, found: Application) -> Person | None:
    """The school's own pupil of that name and birth date."""
    school = institutions(town)[found.institution]
    for who in town.people.values():
        named = (who.last_name, who.first_name, who.middle_name)
        if who.school == school.id and ID in who.accounts and who.birth_date == found.birth_date and _plain(named) == _plain(found.name):
            return who
    return None


def shown(town: Town, it: Application) -> dict[str, Any]:
    return {
        "identity": {"id": it.id},
        "state": it.state,
        "state_name": STATES[it.state],
        "reason": it.reason or None,
        "relation": it.relation,
        "child": dict(zip(NAMES, it.name, strict=True)) | {"birth_date": day(it.birth_date)},
        "institution_id": it.institution,
        "institution_name": institutions(town)[it.institution].short_name,
        "created_at": moment(it.created_at),
        "decided_at": moment(it.decided_at) if it.decided_at else None,
    }


async def json_object() -> dict[str, Any]:
    try:
        body = json.loads(await request.get_data() or b"{}")
    except ValueError as error:
        raise SiteError(400, "Некорректный запрос") from error
    if not isinstance(body, dict):
        raise SiteError(400, "Некорректный запрос")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > 200:
        raise bad(name)
    return found.strip()


def _name(body: dict[str, Any]) -> tuple[str, str, str]:
    """The patronymic may be missing."""
    return _text(body, "surname"), _text(body, "firstname"), _text(body, "middlename") if body.get("middlename") else ""


def _plain(name: tuple[str, str, str]) -> str:
    return " ".join(" ".join(name).lower().replace("ё", "е").split())
