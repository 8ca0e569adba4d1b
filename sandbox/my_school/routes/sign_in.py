"""Sign-in through Gosuslugi, «Предоставление прав доступа», and the token address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from quart import Response, g, request

from sandbox import gosuslugi_page as pages
from sandbox.my_school.state.access import ACCESS_LIFE, CODE_LIFE, REFRESH_LIFE, TICKET_LIFE, Client
from sandbox.my_school.state.service import PREFIX, TITLE, Service
from sandbox.my_school.wire.errors import GrantError, granted
from sandbox.world.model import Person

RIGHTS: Final = (
    "Система получит ваши фамилию, имя, отчество, дату рождения, СНИЛС и список детей, сможет подавать за вас заявления в школу."
)


class SignIn:
    """The pages below `/login` and the address `/oauth/token`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def login(self) -> Response:
        source = (await request.form) if request.method == "POST" else request.args
        asked = {name: source.get(name, "") for name in ("client_id", "redirect_uri", "state")}
        client = self._service.access.clients.get(asked["client_id"])
        if client is None or not client.active or asked["redirect_uri"] not in client.redirect_uris:
            return pages.page(TITLE, "Вход", pages.paragraph("Неизвестная система или адрес возврата", alert=True), 400)
        chosen = request.method == "GET" and self._service.sandbox.sign_in_as.chosen(PREFIX) is not None
        who = await pages.signed_in(self._service.sandbox, PREFIX, TITLE, f"{pages.own_base(PREFIX)}/login", asked)
        if isinstance(who, Response):
            return who
        if self._service.level(who.id) == "simplified":
            return pages.returned(asked["redirect_uri"], {"error": "level_too_low", "state": asked["state"]})
        if chosen or (client.id, who.id) in self._service.access.consents:
            return self._back(client.id, who, asked["redirect_uri"], asked["state"])
        return self._rights(client, who, asked)

    def _rights(self, client: Client, who: Person, asked: Mapping[str, str]) -> Response:
        ticket = self._service.access.issue(
            "ticket", client.id, who.id, self._service.now, TICKET_LIFE, redirect_uri=asked["redirect_uri"], state=asked["state"]
        )
        here = f"{pages.own_base(PREFIX)}/login/rights"
        agree = pages.form(here, {"ticket": ticket, "agree": "yes"}, "", "Предоставить")
        refuse = pages.form(here, {"ticket": ticket, "agree": "no"}, "", "Отказать")
        told = pages.paragraph(f"{who.first_name}, система «{client.id}» просит доступ. {RIGHTS}")
        return pages.page(TITLE, "Предоставление прав доступа", told + agree + refuse)

    async def rights(self) -> Response:
        form = await request.form
        grant = self._service.access.spend(form.get("ticket", ""), "ticket", self._service.now)
        who = self._service.town.people.get((grant.person if grant else None) or "")
        if grant is None or who is None:
            return pages.page(TITLE, "Вход", pages.paragraph("Страница устарела: войдите ещё раз", alert=True), 400)
        if form.get("agree") != "yes":
            return pages.returned(grant.redirect_uri, {"error": "access_denied", "state": grant.state})
        return self._back(grant.client, who, grant.redirect_uri, grant.state)

    def _back(self, client: str, who: Person, address: str, state: str) -> Response:
        access, now = self._service.access, self._service.now
        access.consents.setdefault((client, who.id), now)
        code = access.issue("code", client, who.id, now, CODE_LIFE, redirect_uri=address)
        return pages.returned(address, {"code": code, "state": state})

    # Tokens
    async def token(self) -> Response:
        if request.method != "POST":
            raise GrantError("invalid_request", "только POST", status=405)
        form = (await request.form).to_dict()
        client = self._client(form)
        if client is None:
            g.verdicts = {"client": "wrong"}
            raise GrantError("invalid_client", "Система не опознана")
        kind = form.get("grant_type", "")
        if kind == "client_credentials":
            return granted(self._access(client.id, None))
        if kind == "authorization_code":
            return granted(self._pair(client.id, form.get("code", ""), "code", form.get("redirect_uri", "")))
        if kind == "refresh_token":
            return granted(self._pair(client.id, form.get("refresh_token", ""), "refresh"))
        raise GrantError("unsupported_grant_type")

    def _client(self, form: Mapping[str, str]) -> Client | None:
        given = request.authorization
        if given is not None and given.type == "basic":
            return self._service.access.authenticated(unquote_plus(given.username or ""), unquote_plus(given.password or ""))
        return self._service.access.authenticated(form.get("client_id", ""), form.get("client_secret", ""))

    def _access(self, client: str, person: str | None) -> dict[str, object]:
        text = self._service.access.issue("access", client, person, self._service.now, ACCESS_LIFE)
        return {"access_token": text, "token_type": "Bearer", "expires_in": int(ACCESS_LIFE.total_seconds())}

    def _pair(self, client: str, text: str, kind: str, address: str = "") -> dict[str, object]:
        """A code or a refresh token is good once, for its own client and address."""
        access, now = self._service.access, self._service.now
        found = access.grant(text, kind, now)
        who = self._service.town.people.get((found.person if found else None) or "")
        if found is None or who is None or found.client != client or found.redirect_uri != address:
            g.verdicts = {"grant": "wrong"}
            raise GrantError("invalid_grant", "Код или токен недействителен")
        access.spend(text, kind, now)
        refresh = access.issue("refresh", client, who.id, now, REFRESH_LIFE)
        return self._access(client, who.id) | {"refresh_token": refresh, "oid": str(who.esia.oid) if who.esia else None}
