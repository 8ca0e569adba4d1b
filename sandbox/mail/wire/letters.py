"""A letter as it was sent, read for people: its subject, its text, who wrote it; pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import default
from typing import Final, cast

TAGS: Final = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
BLANK: Final = re.compile(r"[ \t\xa0]+")
LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`unsubscribe` is the letter's own way out."""

    subject: str
    text: str
    sender: str
    unsubscribe: str
    files: int


def read(content: bytes) -> Read:
    """The plain text where there is one, else what the HTML says; parts in an unknown encoding are shown as well as they can be."""
    letter = BytesParser(policy=default).parsebytes(content)
    body = letter.get_body(("plain", "html"))
    text = "" if body is None else _text(body)
    return Read(
        subject=_header(letter, "Subject"),
        text=text.strip()[:LONGEST],
        sender=_header(letter, "From"),
        unsubscribe=_header(letter, "List-Unsubscribe"),
        files=sum(1 for _ in letter.iter_attachments()) if letter.is_multipart() else 0,
    )


def _text(part: MIMEPart) -> str:
    try:
        found = str(part.get_content())
    except (LookupError, UnicodeDecodeError):
        found = cast(bytes, part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    if part.get_content_subtype() != "html":
        return found
    lines = (BLANK.sub(" ", line).strip() for line in html.unescape(TAGS.sub("\n", found)).splitlines())
    return "\n".join(line for line in lines if line)


def _header(letter: EmailMessage, name: str) -> str:
    return " ".join(str(letter.get(name, "")).split())
