"""A letter as it is sent: plain text with a simple copy in HTML, its own Message-ID, and the way to have no more of them."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from html import escape

from connectors.kit.channel import LONGEST_ID, Delivery
from connectors.kit.errors import Rejected
from connectors.notices.email import errors

LONGEST_TEXT = 50_000
LONGEST_TITLE = 200
_BOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
_LINK = re.compile(r"https?://[\x21-\x7e]{1,500}")


class _AsSent(EmailPolicy):
    """The library's own folding of a long subject loses the space at which it parts two encoded words (RFC 2047, 6.2)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}".encode("ascii")


_POLICY = _AsSent(linesep="\r\n", cte_type="7bit")
"""Not every server takes letters of eight bits."""


def box(system: str, address: str) -> str:
    """The address as SMTP takes it, its domain in ASCII; `Rejected` for what is none: nothing else may stand in a command."""
    name, at, domain = address.strip().rpartition("@")
    try:
        plain = f"{name}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        plain = ""
    if len(plain) > 254 or not _BOX.fullmatch(plain):
        raise Rejected(system, "address", errors.NO_BOX)
    return plain


def letter(system: str, sender: str, delivery: Delivery, *, now: datetime) -> EmailMessage:
    """Raises `Rejected` for what no letter can be made of."""
    text = delivery.text.reveal()
    if not _ID.fullmatch(delivery.id) or not text.strip() or len(text) > LONGEST_TEXT:
        raise Rejected(system, "letter", errors.OURS)
    for link in (delivery.link, delivery.unsubscribe):
        if link and not _LINK.fullmatch(link):
            raise Rejected(system, "link", errors.OURS)
    _, own = parseaddr(sender)
    made = EmailMessage(policy=_POLICY)
    made["From"] = sender
    made["To"] = box(system, delivery.to.reveal())
    made["Subject"] = _one_line(delivery.title)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{delivery.id}@{own.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    if delivery.urgent:
        made["Importance"] = "high"
    if delivery.unsubscribe:
        made["List-Unsubscribe"] = f"<{delivery.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content("\n\n".join(_parts(delivery)))
    made.add_alternative(_html(delivery), subtype="html")
    return made


def _one_line(title: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in title).split())[:LONGEST_TITLE] or "School Hub"


def _parts(delivery: Delivery) -> list[str]:
    parts = [delivery.text.reveal().strip()]
    parts += [f"Подробнее: {delivery.link}"] if delivery.link else []
    parts += [f"Не присылать писем: {delivery.unsubscribe}"] if delivery.unsubscribe else []
    return parts


def _html(delivery: Delivery) -> str:
    body = "".join(f"<p>{escape(part.strip())}</p>" for part in delivery.text.reveal().split("\n\n"))
    if delivery.link:
        body += f'<p><a href="{escape(delivery.link)}">Открыть в School Hub</a></p>'
    if delivery.unsubscribe:
        body += f'<p><small><a href="{escape(delivery.unsubscribe)}">Не присылать писем</a></small></p>'
    head = f'<head><meta charset="utf-8"><title>{escape(_one_line(delivery.title))}</title></head>'
    return f'<!doctype html><html lang="ru">{head}<body>{body}</body></html>'
