"""The sign-in page and the front page, for people."""

from __future__ import annotations

import html

from quart import Response


def _page(title: str, body: str, status: int = 200) -> Response:
    text = (
        f'<!DOCTYPE html>\n<html lang="ru">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>\n'
        f"<body>\n<main>\n<h1>{html.escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
    return Response(text, status=status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


def sign_in(action: str, return_uri: str, error: str = "", status: int = 200) -> Response:
    said = f"<p>{html.escape(error)}</p>\n" if error else ""
    return _page(
        "Вход в кабинет",
        f'{said}<form method="post" action="{html.escape(action)}">\n'
        f'<input type="hidden" name="return_uri" value="{html.escape(return_uri)}">\n'
        '<p><label>СНИЛС ребёнка <input name="snils" inputmode="numeric" autocomplete="off"></label></p>\n'
        '<p><label>Пароль дневника <input name="password" type="password" autocomplete="off"></label></p>\n'
        "<p><button>Войти</button></p>\n</form>\n",
        status,
    )


def front(snils: str, base: str) -> Response:
    menu = ("Питание", "Проходная", "Услуги", "СМС", "Карта", "Настройки", "Электронный дневник")
    items = "".join(f"<li>{item}</li>" for item in menu)
    return _page(
        "Личный кабинет",
        f'<p>СНИЛС {html.escape(snils)}</p>\n<form method="post" action="{html.escape(base)}/cab/logout"><button>Выйти</button></form>\n'
        f"<ul>{items}</ul>\n",
    )
