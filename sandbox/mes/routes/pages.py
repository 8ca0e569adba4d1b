"""The sign-in pages for people: plain HTML with labels, usable without JavaScript, and marked as the sandbox's."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final

from quart import Response

STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f2f4f7;color:#17212b}"
    "main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}"
    "label{display:block;margin:.75rem 0 .25rem}input{font:inherit;box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem}"
    "button,.button{font:inherit;display:block;box-sizing:border-box;width:100%;min-height:2.75rem;margin-top:1rem;padding:.6rem;"
    "text-align:center;border:1px solid #b3261e;border-radius:.5rem;background:#b3261e;color:#fff;text-decoration:none}"
    ".plain{background:#fff;color:#b3261e}.note{color:#4a5868}.error{color:#8c1d18}"
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
MOSCOW, REGION = "вход в МЭШ через mos.ru", "вход в Школьный портал Московской области"
TRUST: Final = "Доверять этому браузеру?"


def page(title: str, body: str, where: str, status: int = 200, head: str = "") -> Response:
    """A whole page; codes travel in addresses, so no referrer leaves it."""
    text = (
        '<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{head}<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="note">Песочница: {where} для проверки</p>\n<h1>{html.escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )
    return Response(text, status=status, content_type="text/html; charset=utf-8", headers=HEADERS)


def to(address: str) -> Response:
    return Response("", status=302, headers={"Location": address, "Cache-Control": "no-store"})


def _told(error: str) -> str:
    return f'<p class="error" role="alert">{html.escape(error)}</p>\n' if error else ""


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items())


def login(
    action: str,
    label: str,
    where: str,
    fields: Mapping[str, str],
    error: str = "",
    other: tuple[str, str] | None = None,
    title: str = "Вход",
) -> Response:
    """A login and a password; `other` is another way in: its address and its words."""
    more = "" if other is None else f'\n<p><a href="{html.escape(other[0])}">{html.escape(other[1])}</a></p>'
    return page(
        title,
        f'{_told(error)}<form method="post" action="{html.escape(action)}">\n{_hidden(fields)}\n'
        f'<label for="login">{html.escape(label)}</label>\n<input id="login" name="login" autocomplete="username" required>\n'
        '<label for="password">Пароль</label>\n'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>\n'
        f'<button id="bind" type="submit">Войти</button>\n</form>{more}',
        where,
        401 if error else 200,
    )


def sms(action: str, contact: str, error: str = "") -> Response:
    return page(
        "Код из СМС",
        f'{_told(error)}<p>Мы отправили код на номер {html.escape(contact)}.</p>\n<form method="post" action="{html.escape(action)}">\n'
        '<label for="sms-code">Код</label>\n'
        '<input id="sms-code" name="sms-code" inputmode="numeric" autocomplete="one-time-code" required>\n'
        '<button id="verifyBtn" type="submit">Подтвердить</button>\n</form>\n<p><a href="/inbox">Где взять код в песочнице</a></p>',
        MOSCOW,
        401 if error else 200,
    )


def trust(action: str) -> Response:
    return page(
        TRUST,
        f'<form method="post" action="{html.escape(action)}">\n<button id="agree" name="trust" value="true">Доверять</button>\n'
        '<button id="disagree" class="plain" name="trust" value="false">Не доверять</button>\n</form>',
        MOSCOW,
    )


def told(title: str, text: str, where: str, status: int) -> Response:
    return page(title, f"<p>{html.escape(text)}</p>", where, status)


def leading(address: str) -> Response:
    """The older way on: a page that leads to another by itself."""
    shown = html.escape(address)
    return page(
        "Переход ко входу",
        f'<p><a href="{shown}">Продолжить</a></p>',
        REGION,
        head=f'<meta http-equiv="refresh" content="0;url={shown}">\n',
    )
