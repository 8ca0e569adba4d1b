"""The page on which a system without a sign-in of its own lets people in through Gosuslugi; what the system does then is its own."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from quart import Response, request

from sandbox.front import RECORD_KEY, Scope
from sandbox.system import Sandbox
from sandbox.world.model import Person

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f3f5f9;color:#16202c}"
    "main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}"
    "label{display:block;margin:.75rem 0 .25rem}input{font:inherit;box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem}"
    "button{font:inherit;width:100%;min-height:2.75rem;margin-top:1rem;border:0;border-radius:.5rem;background:#1a5fb4;color:#fff}"
    "main{overflow-wrap:anywhere}h1{font-size:1.375rem;line-height:1.25;hyphens:auto}"
    ".note{color:#4a5868}.error{color:#a51d2d}"
)


def own_base(prefix: str) -> str:
    """What stands before a system's own paths: the prefix, or nothing where the client came by the real host's name."""
    record = cast(Scope, request.scope).get(RECORD_KEY)
    asked = request.path if record is None else record.path
    return f"/{prefix}" if asked.lstrip("/").startswith(prefix) else ""


def page(system: str, title: str, body: str, status: int = 200) -> Response:
    """A whole page, marked as the sandbox's; keys travel in addresses, so no referrer leaves it. `body` is HTML."""
    text = (
        '<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)} — {html.escape(system)} (песочница)</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="note">Песочница: {html.escape(system)}</p>\n<h1>{html.escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    return Response(text, status=status, content_type="text/html; charset=utf-8", headers=headers)


def form(action: str, fields: Mapping[str, str], inputs: str, button: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items())
    submit = f'<button type="submit">{html.escape(button)}</button>'
    return f'<form method="post" action="{html.escape(action)}">{hidden}\n{inputs}\n{submit}</form>'


def paragraph(text: str, *, alert: bool = False) -> str:
    return f'<p class="error" role="alert">{html.escape(text)}</p>' if alert else f"<p>{html.escape(text)}</p>"


async def signed_in(sandbox: Sandbox, system: str, title: str, action: str, fields: Mapping[str, str]) -> Person | Response:
    """Who came back from Gosuslugi: chosen by `sign_in_as`, or by the form; until then the page to show."""
    if request.method == "GET":
        chosen = sandbox.sign_in_as.take(system)
        return _form(title, action, fields) if chosen is None else chosen
    given = await request.form
    found = by_password(sandbox, given.get("login", ""), given.get("password", ""))
    return _form(title, action, fields, "Неверный логин или пароль Госуслуг") if found is None else found


def _form(title: str, action: str, fields: Mapping[str, str], error: str = "") -> Response:
    inputs = (
        '<label for="login">Телефон, почта или СНИЛС</label>\n<input id="login" name="login" autocomplete="username" required>\n'
        '<label for="password">Пароль от Госуслуг</label>\n'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
    )
    told = paragraph(error, alert=True) if error else ""
    return page(title, "Вход через Госуслуги", told + form(action, fields, inputs, "Войти через Госуслуги"), 401 if error else 200)


def by_password(sandbox: Sandbox, login: str, password: str) -> Person | None:
    """The person whose Gosuslugi password this is; phone, mail, SNILS or login name it."""
    town = sandbox.town
    for who in (town.person_by_login("esia", login), town.person_by_phone(login), town.person_by_email(login), town.person_by_snils(login)):
        if who is not None and who.esia is not None and who.esia.password == password:
            return who
    return None


def may_return(address: str) -> bool:
    """Only to an application on this machine: whatever is handed over opens a family's diary."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK and "\\" not in address and parts.username is None


def returned(address: str, more: Mapping[str, str], *, fragment: bool = False) -> Response:
    """Back to the application, with these values in the query or in the fragment."""
    parts = urlsplit(address)
    values = {name: value for name, value in more.items() if value}
    target = (
        parts._replace(fragment=urlencode(values))
        if fragment
        else parts._replace(query=urlencode([*parse_qsl(parts.query), *values.items()]))
    )
    return Response("", status=302, headers={"Location": target.geturl(), "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
