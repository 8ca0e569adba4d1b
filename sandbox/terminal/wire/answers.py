"""What a terminal understands of an answer: XML of the four dialects, one shape for whoever looks."""

from __future__ import annotations

from typing import Any, Final

from sandbox.outbound import Answered
from sandbox.paying.xml import NotXml, parse

RESULT: Final = ("result", "CODE", "code")
THEIRS: Final = ("prv_txn", "ext_id", "EXT_ID", "authcode")
TEXT: Final = ("comment", "MESSAGE", "message")
SHOWN: Final = 4096


def read(found: Answered) -> dict[str, Any]:
    """`result` None: what came is no answer of the protocol, and a terminal asks again later."""
    told: dict[str, Any] = {"status": found.status, "body": found.body.decode(errors="replace")[:SHOWN], "result": None}
    try:
        root = parse(found.body, None)
    except NotXml as wrong:
        return told | {"wrong": str(wrong)}
    values = {child.tag: (child.text or "").strip() for child in root if len(child) == 0}
    fields = {
        child.get("name", child.tag): (child.text or "").strip()
        for child in root.iter()
        if child.tag.startswith("field") and not len(child)
    }
    told |= {
        "result": next((values[name] for name in RESULT if name in values), None),
        "prv_txn": next((values[name] for name in THEIRS if values.get(name)), None),
        "comment": next((values[name] for name in TEXT if name in values), None),
        "values": values,
        "fields": fields,
    }
    return told
