"""What the kiosk's screens are made of."""

from __future__ import annotations

import html
from typing import Any, Final

from quart import Response

from sandbox import gosuslugi_page as pages
from sandbox.kiosk.state.devices import Device
from sandbox.kiosk.state.visits import Visit
from sandbox.paying.page import roubles

TITLE: Final = "Киоск школы"
INBOX: Final = '<p class="note">СМС приходят сюда: <a href="/inbox?kind=sms">входящие песочницы</a></p>'
OTHER: Final = '<p class="note"><a href="?connect=1">Подключить другой киоск</a></p>'


def screen(title: str, body: str, wrong: str = "", status: int = 200) -> Response:
    told = pages.paragraph(wrong, alert=True) if wrong else ""
    return pages.page(TITLE, title, told + body, status)


def button(visit: Visit | None, step: str, label: str, inputs: str = "", **fields: str) -> str:
    """One form; the visit's name goes along."""
    hidden = {"step": step, **fields} | ({"visit": visit.id} if visit else {})
    return pages.form("", hidden, inputs, label)


def field(name: str, label: str, more: str = "", value: str = "") -> str:
    shown = html.escape(value)
    return f'<label for="{name}">{html.escape(label)}</label>\n<input id="{name}" name="{name}" value="{shown}" {more} required>'


def text(words: str) -> str:
    """Paragraphs stand apart by empty lines."""
    return "".join(f"<p>{html.escape(it)}</p>\n" for it in words.split("\n\n") if it.strip())


def line(words: str) -> str:
    return f"<p>{html.escape(words)}</p>\n"


def note(words: str) -> str:
    return f'<p class="note">{html.escape(words)}</p>\n'


def signed(kop: int) -> str:
    return f"−{roubles(-kop)}" if kop < 0 else roubles(kop)


def devices(chosen: Device, every: list[Device]) -> str:
    """Another kiosk, where there are several."""
    rows = "".join(
        f'<option value="{html.escape(it.id)}"{" selected" if it.id == chosen.id else ""}>{html.escape(it.title)}</option>' for it in every
    )
    style = "font:inherit;width:100%;min-height:2.75rem"
    return f'<label for="device">Другой киоск</label>\n<select id="device" name="device" style="{style}">{rows}</select>'


def accounts(rows: list[dict[str, Any]]) -> str:
    return "".join(f"<p><strong>{html.escape(str(it['title']))}</strong>: {signed(int(it['balance_kop']))}</p>\n" for it in rows)
