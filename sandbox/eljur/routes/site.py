"""The site's pages for people: the links of letters, and the entry through Gosuslugi with its ticket."""

from __future__ import annotations

import json
from typing import Any, Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.eljur.routes.registration import Registration
from sandbox.eljur.state import ID, State
from sandbox.eljur.wire.answers import EljurError, moment
from sandbox.eljur.wire.people import full_name
from sandbox.system import Sandbox

TITLE: Final = "ЭлЖур"
ENTRY: Final = "journal-esia-region-action"


class Site:
    """Pages of one sandbox's journal; each answers GET and POST at the same address."""

    def __init__(self, sandbox: Sandbox, state: State, registration: Registration) -> None:
        self._sandbox = sandbox
        self._state = state
        self._registration = registration

    async def page(self, path: str) -> Response | None:
        """None where no page stands."""
        if path == "confirm":
            return await self._by_letter("confirm", "Подтверждение почты", "", "Подтвердить почту")
        if path == "recover":
            inputs = (
                '<label for="password">Новый пароль, от 8 знаков</label>\n'
                '<input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>'
            )
            return await self._by_letter("recover", "Новый пароль", inputs, "Сохранить пароль")
        if path == ENTRY:
            return await self._gosuslugi()
        if path == f"{ENTRY}/done":
            return pages.page(TITLE, "Вход выполнен", pages.paragraph("Это окно можно закрыть."))
        return None

    async def _by_letter(self, name: str, title: str, inputs: str, button: str) -> Response:
        key = request.args.get("key", "")
        asked = pages.form(f"{pages.own_base(ID)}/{name}", {"key": key}, inputs, button)
        if request.method != "POST":
            return pages.page(TITLE, title, asked)
        given = dict((await request.form).items())
        try:
            done = self._registration.confirm(given) if name == "confirm" else self._registration.set_password(given)
        except EljurError as error:
            told = "Пароль короче 8 знаков" if error.text == "Wrong password" else "Ссылка устарела или уже использована"
            return pages.page(TITLE, title, pages.paragraph(told, alert=True), 400)
        return pages.page(TITLE, "Готово", pages.paragraph(f"Теперь войдите: логин {done['login']}, домен школы {done['vendor']}."))

    async def _gosuslugi(self) -> Response:
        """`flow=v2`; `return_url` of the application, or the page whose address it reads."""
        asked = {name: request.args.get(name, "") for name in ("flow", "return_url")}
        if request.method == "POST":
            asked = {name: (await request.form).get(name, "") for name in asked}
        if asked["return_url"] and not pages.may_return(asked["return_url"]):
            return pages.page(TITLE, "Вход через Госуслуги", pages.paragraph("Неизвестный адрес возврата", alert=True), 400)
        who = await pages.signed_in(self._sandbox, ID, TITLE, f"{pages.own_base(ID)}/{ENTRY}", asked)
        if isinstance(who, Response):
            return who
        ticket = self._state.registry.ticket(who.id, self._sandbox.clock.now())
        target = asked["return_url"] or f"{self._sandbox.base_url()}/{ID}/{ENTRY}/done"
        return pages.returned(target, {"v_token": ticket})

    def users_vendors(self) -> Response:
        """Without the envelope of the others; one token for each school, none where Gosuslugi's person has no account."""
        now = self._sandbox.clock.now()
        who = self._sandbox.town.people.get(self._state.registry.entered(request.args.get("v_token", ""), now))
        found: list[dict[str, Any]] = []
        if who is not None and ID in who.accounts and "vendor" in who.accounts[ID]:
            account = who.accounts[ID]
            school = next(it for it in self._sandbox.town.schools.values() if ID in it.diaries)
            token, ends_at = self._state.sign_in(who, now)
            found.append(
                {
                    "token": token,
                    "vendor": account["vendor"],
                    "vendor_id": 52,
                    "vendor_title": school.short_name,
                    "user_title": full_name(who),
                    "login": account["login"],
                    "expires": moment(ends_at),
                }
            )
        text = json.dumps({"result": found}, ensure_ascii=False, separators=(",", ":"))
        return Response(text, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})
