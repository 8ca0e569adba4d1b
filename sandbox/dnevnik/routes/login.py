"""The sign-in pages: login and password, the Gosuslugi entry of a region, sign-out."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote, urlsplit

from quart import Blueprint, Response, request

from sandbox.dnevnik.routes.authorizations import REGIONS, password_fits
from sandbox.dnevnik.routes.invites import answered
from sandbox.dnevnik.state import ID, Invitation, State
from sandbox.dnevnik.wire import pages
from sandbox.dnevnik.wire.errors import error_page
from sandbox.front import RECORD_KEY, Scope
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

PREFIX = "dnevnik-login"
HOSTS = ("login.dnevnik.ru", "login.school.mosreg.ru")
COOKIE = "DnevnikAuth_sandbox"
AUTHORIZE = "/oauth2"


def base() -> str:
    """What stands before our own paths: the prefix, or nothing where the client came by the real host's name."""
    record = cast(Scope, request.scope).get(RECORD_KEY)
    asked = request.path if record is None else record.path
    return f"/{PREFIX}" if asked.lstrip("/").startswith(PREFIX) else ""


def own_address(url: str) -> str | None:
    """A return address made fit to redirect to: a path of ours, whatever way it names our host; None for anywhere else."""
    parts = urlsplit(url)
    if parts.scheme not in {"", "http", "https"} or "\\" in url:
        return None
    if parts.netloc and parts.netloc != request.host and parts.hostname not in HOSTS:
        return None
    path = "/" + parts.path.lstrip("/")
    path = "/" + path.removeprefix(f"/{PREFIX}").lstrip("/")
    return f"{base()}{path}" + (f"?{parts.query}" if parts.query else "")


async def given(name: str) -> str:
    """A value from the form or, as public clients send it, from the query of a POST."""
    form = await request.form
    return str(form.get(name) or request.args.get(name) or "")


def signed_in(sandbox: Sandbox, state: State) -> Person | None:
    session = state.grants.session(request.cookies.get(COOKIE), sandbox.clock.now())
    return None if session is None else sandbox.town.people.get(session.person)


def let_in(sandbox: Sandbox, state: State, who: Person, return_url: str) -> Response:
    """Open the session and go on; now and then an offer stands in the way."""
    target = own_address(return_url) if return_url else None
    if state.grants.offers > 0:
        state.grants.offers -= 1
        response = pages.offer_page(target or f"{base()}/login/")
    else:
        response = to(target or f"{base()}/user/")
    key = state.grants.open_session(who.id, sandbox.clock.now())
    response.set_cookie(COOKIE, key, httponly=True, samesite="Lax", path="/", secure=request.scheme == "https")
    return response


def to(address: str) -> Response:
    return Response("", status=302, headers={"Location": address, "Cache-Control": "no-store"})


def add(routes: Blueprint, sandbox: Sandbox, state: State) -> None:
    own = SignInPages(sandbox, state)
    routes.add_url_rule("/login", "form", own.form, methods=["GET"])
    routes.add_url_rule("/login", "sign_in", own.sign_in, methods=["POST"])
    routes.add_url_rule("/login/esia/<region>", "esia_form", own.esia_form, methods=["GET"])
    routes.add_url_rule("/login/esia/<region>", "esia_sign_in", own.esia_sign_in, methods=["POST"])
    routes.add_url_rule("/logout", "sign_out", own.sign_out, methods=["GET"])
    routes.add_url_rule("/user", "home", own.home, methods=["GET"])
    routes.add_url_rule("/user/invites", "invites", own.answer_invite, methods=["POST"])
    routes.add_url_rule("/", "root", own.home, methods=["GET"])


class SignInPages:
    """Login and password, Gosuslugi by region, the signed-in page, sign-out."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def form(self) -> Response:
        return_url = request.args.get("ReturnUrl", "")
        return _foreign() if _leads_away(return_url) else _login_form(return_url)

    async def sign_in(self) -> Response:
        return_url = await given("ReturnUrl") or await given("returnUrl")
        if _leads_away(return_url):
            return _foreign()
        who = self._sandbox.town.person_by_login(ID, await given("login"))
        if who is None or not password_fits(who, await given("password")):
            return _login_form(return_url, "Неверный логин или пароль. Проверьте раскладку и попробуйте ещё раз.")
        return let_in(self._sandbox, self._state, who, return_url)

    async def esia_form(self, region: str) -> Response:
        name, return_url = _region(region), request.args.get("ReturnUrl", "")
        if name is None:
            return _closed()
        return _foreign() if _leads_away(return_url) else pages.esia_page(f"{base()}/login/esia/{region}", return_url, name)

    async def esia_sign_in(self, region: str) -> Response:
        """The task in the header is what the partner API takes afterwards."""
        name, return_url = _region(region), await given("ReturnUrl")
        if name is None:
            return _closed()
        if _leads_away(return_url):
            return _foreign()
        who = _by_gosuslugi(self._sandbox, await given("login"), await given("password"))
        if who is None:
            return pages.esia_page(f"{base()}/login/esia/{region}", return_url, name, "Неверный логин или пароль Госуслуг")
        if ID in who.accounts:
            made = let_in(self._sandbox, self._state, who, return_url)
        else:
            made = error_page("Учётная запись Госуслуг не связана с Дневник.ру. Войдите по логину и паролю, которые выдала школа", 403)
        made.headers["X-Esia-Task"] = self._state.grants.open_task(who.id)
        return made

    async def sign_out(self) -> Response:
        self._state.grants.close_session(request.cookies.get(COOKIE))
        return_url = request.args.get("ReturnUrl", "")
        target = own_address(return_url) if return_url else None
        made = to(f"{base()}/login/" + (f"?ReturnUrl={quote(target, safe='')}" if target else ""))
        made.delete_cookie(COOKIE, path="/")
        return made

    async def home(self) -> Response:
        who = signed_in(self._sandbox, self._state)
        if who is None:
            return to(f"{base()}/login/")
        town = self._sandbox.town
        waiting = [(str(it.number), _invitation(town, it)) for it in self._state.open_invitations(who.id)]
        return pages.home_page(f"{who.first_name} {who.last_name}", f"{base()}/logout", f"{base()}/user/invites", waiting)

    async def answer_invite(self) -> Response:
        """«Принять» or «Отклонить» of the signed-in page."""
        who, number = signed_in(self._sandbox, self._state), await given("invite")
        found = None if who is None else next((it for it in self._state.open_invitations(who.id) if str(it.number) == number), None)
        if found is not None:
            answered(self._sandbox, found, accepted=await given("decision") == "accept")
        return to(f"{base()}/user/")


def _invitation(town: Town, it: Invitation) -> str:
    pupil = town.people[it.pupil]
    return f"{town.schools[pupil.school or ''].short_name} приглашает добавить ребёнка: {pupil.first_name}"


def _leads_away(return_url: str) -> bool:
    return bool(return_url) and own_address(return_url) is None


def _foreign() -> Response:
    return error_page("Адрес возврата не принадлежит Дневник.ру", 400)


def _closed() -> Response:
    return error_page("Вход через Госуслуги для этого региона не открыт", 404)


def _login_form(return_url: str, error: str = "") -> Response:
    query = f"?ReturnUrl={quote(return_url, safe='')}" if return_url else ""
    regions = [(f"{base()}/login/esia/{slug}{query}", name) for slug, name, _ in REGIONS]
    return pages.login_page(f"{base()}/login/", return_url, regions, error)


def _region(slug: str) -> str | None:
    return next((name for key, name, _ in REGIONS if key == slug), None)


def _by_gosuslugi(sandbox: Sandbox, login: str, password: str) -> Person | None:
    """The person whose Gosuslugi password this is; phone, mail, SNILS or login name it."""
    town = sandbox.town
    for who in (town.person_by_login("esia", login), town.person_by_phone(login), town.person_by_email(login), town.person_by_snils(login)):
        if who is not None and who.esia is not None and who.esia.password == password:
            return who
    return None
