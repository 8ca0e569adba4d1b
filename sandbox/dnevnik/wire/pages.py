"""The sign-in pages for people: plain HTML with labels, usable without JavaScript, and marked as the sandbox's."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Final

from quart import Response

SCOPE_TEXTS: Final = {
    "CommonInfo": "имя и общие сведения профиля",
    "ContactInfo": "телефон и адрес почты",
    "FriendsAndRelatives": "список детей и родственников",
    "EducationalInfo": "школа, расписание, оценки и домашние задания",
    "SocialInfo": "группы и события",
    "Files": "файлы",
    "Wall": "записи на стене",
    "Messages": "сообщения",
}
STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f3f5f9;color:#16202c}"
    "main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}"
    "label{display:block;margin:.75rem 0 .25rem}input{font:inherit;box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem}"
    "button,.button{font:inherit;display:block;box-sizing:border-box;width:100%;min-height:2.75rem;margin-top:1rem;padding:.6rem;"
    "text-align:center;border:1px solid #1a5fb4;border-radius:.5rem;background:#1a5fb4;color:#fff;text-decoration:none}"
    ".plain{background:#fff;color:#1a5fb4}.note{color:#4a5868}.error{color:#a51d2d}"
)


def page(title: str, body: str, status: int = 200) -> Response:
    """A whole page; codes and tokens travel in addresses, so no referrer leaves it."""
    text = (
        '<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)} — Дневник.ру (песочница)</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="note">Песочница: вход в Дневник.ру для проверки</p>\n<h1>{html.escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    return Response(text, status=status, content_type="text/html; charset=utf-8", headers=headers)


def hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items())


def login_page(action: str, return_url: str, regions: Iterable[tuple[str, str]], error: str = "", status: int = 200) -> Response:
    """Login and password, or one's region's Gosuslugi."""
    told = "" if not error else f'<div class="error__description"><p class="error" role="alert">{html.escape(error)}</p></div>\n'
    links = "".join(f'<li><a href="{html.escape(href)}">{html.escape(name)}</a></li>' for href, name in regions)
    return page(
        "Вход",
        f'{told}<form method="post" action="{html.escape(action)}">\n{hidden({"ReturnUrl": return_url})}\n'
        '<label for="login">Логин</label>\n<input id="login" name="login" autocomplete="username" required>\n'
        '<label for="password">Пароль</label>\n'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>\n'
        '<button type="submit">Войти</button>\n</form>\n'
        f"<h2>Через Госуслуги</h2>\n<p>Выберите свой регион:</p>\n<ul>{links}</ul>",
        status,
    )


def esia_page(action: str, return_url: str, region: str, error: str = "", status: int = 200) -> Response:
    told = "" if not error else f'<div class="error__description"><p class="error" role="alert">{html.escape(error)}</p></div>\n'
    return page(
        "Вход через Госуслуги",
        f'<p>{html.escape(region)}</p>\n{told}<form method="post" action="{html.escape(action)}">\n{hidden({"ReturnUrl": return_url})}\n'
        '<label for="login">Телефон, почта или СНИЛС</label>\n<input id="login" name="login" autocomplete="username" required>\n'
        '<label for="password">Пароль от Госуслуг</label>\n'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>\n'
        '<button type="submit">Войти через Госуслуги</button>\n</form>',
        status,
    )


def consent_page(action: str, fields: Mapping[str, str], app: str, who: str, scopes: Iterable[str], other: str) -> Response:
    """What the application asks for; both answers are buttons of one form."""
    items = "".join(f"<li>{html.escape(SCOPE_TEXTS.get(scope, scope))}</li>" for scope in scopes)
    return page(
        "Разрешить доступ?",
        f"<p>Вы вошли как <strong>{html.escape(who)}</strong>.</p>\n"
        f"<p>Приложение «{html.escape(app)}» просит доступ к вашим данным:</p>\n<ul>{items}</ul>\n"
        f'<form method="post" action="{html.escape(action)}">\n{hidden(fields)}\n'
        '<button type="submit" name="decision" value="allow">Разрешить</button>\n'
        '<button class="plain" type="submit" name="decision" value="deny">Отказать</button>\n</form>\n'
        f'<p><a href="{html.escape(other)}">Войти под другим логином</a></p>',
    )


def home_page(who: str, out: str, action: str, invitations: Iterable[tuple[str, str]]) -> Response:
    """`invitations` are (number, text), each with its two answers."""
    asked = "".join(
        f'<form method="post" action="{html.escape(action)}">\n{hidden({"invite": number})}\n<p>{html.escape(text)}</p>\n'
        '<button type="submit" name="decision" value="accept">Принять</button>\n'
        '<button class="plain" type="submit" name="decision" value="decline">Отклонить</button>\n</form>\n'
        for number, text in invitations
    )
    return page("Вы вошли", f'<p>{html.escape(who)}</p>\n{asked}<p><a href="{html.escape(out)}">Выйти</a></p>')


def offer_page(later: str) -> Response:
    """The page that sometimes stands between the password and the application."""
    return page(
        "Свяжите учётную запись с Госуслугами",
        "<p>Так вход станет надёжнее. Это можно сделать и позже.</p>\n"
        f'<p><a class="button plain" href="{html.escape(later)}">Напомнить позже</a></p>',
    )


def result_page(success: bool) -> Response:
    text = "Доступ разрешён. Это окно можно закрыть." if success else "Доступ не разрешён."
    return page("Готово" if success else "Доступ не разрешён", f"<p>{text}</p>")
