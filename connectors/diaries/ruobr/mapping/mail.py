"""Letters of «Электронная школа»: one list of what came, and the talk behind a letter."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.diaries.ruobr.mapping import wire_mail as wire
from connectors.diaries.ruobr.mapping.frame import KUZBASS, Frame
from connectors.kit.correspondence import Message, MessageHead, MessagePage
from connectors.kit.local_time import iso_moment
from connectors.kit.plain_text import plain_text

MOST_PREVIEW = 200


def page(frame: Frame, rows: Sequence[wire.Row], *, number: int) -> MessagePage:
    """All at once: the API turns no pages."""
    heads = tuple(head(frame, row, f"$.messages[{index}]") for index, row in enumerate(rows)) if number == 1 else ()
    return MessagePage(heads=heads, total=len(rows))


def head(frame: Frame, row: wire.Row, where: str) -> MessageHead:
    return MessageHead(
        origin=frame.origin(str(row.id)),
        subject=plain_text(row.subject),
        sender=plain_text(row.author),
        sent_at=iso_moment(frame.system, row.post_date, KUZBASS, f"{where}.post_date"),
        preview=plain_text(row.clean_text or row.last_msg_text)[:MOST_PREVIEW],
        unread=None if row.read is None else not row.read,
    )


def listed(frame: Frame, row: wire.Row, where: str) -> Message:
    """A letter of the system: its whole text stands in the list already."""
    return Message(head=head(frame, row, where), text=plain_text(row.last_msg_text or row.clean_text), may_reply=False)


def opened(frame: Frame, row: wire.Row, found: wire.Letter, where: str) -> Message:
    """One message is a letter; several are told with who said them."""
    said = [(plain_text(one.author), plain_text(one.text or one.clean_text)) for one in found.messages]
    text = said[0][1] if len(said) == 1 else "\n\n".join(f"{author}:\n{words}" if author else words for author, words in said)
    return Message(head=head(frame, row, where), text=text, may_reply=False)
