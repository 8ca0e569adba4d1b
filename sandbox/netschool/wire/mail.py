"""Mail: the register with its pages, one letter, recipients by group, the draft of an answer."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from sandbox.netschool.state.mail import Letter
from sandbox.netschool.wire import ids
from sandbox.netschool.wire.answers import moment
from sandbox.world.model import Person
from sandbox.world.town import Town

GROUPS: Final = {1: "Администрация", 2: "Завучи", 3: "Классные руководители", 4: "Учителя", 7: "Одноклассники"}


def short_name(who: Person) -> str:
    return f"{who.last_name} {who.first_name[:1]}. {who.middle_name[:1]}."


def register(letters: list[Letter], page: int, size: int) -> dict[str, Any]:
    part = letters[(page - 1) * size : page * size]
    return {
        "fields": [{"id": name, "title": name} for name in ("author", "subject", "sent")],
        "page": page,
        "rows": [
            {"id": it.id, "author": short_name(it.author), "subject": it.subject, "sent": moment(it.sent), "toNames": it.to_names}
            for it in part
        ],
        "totalItems": len(letters),
    }


def opened(it: Letter) -> dict[str, Any]:
    return {
        "id": it.id,
        "subject": it.subject,
        "text": it.text,
        "sent": moment(it.sent),
        "author": {"id": ids.user(it.author), "name": ids.full_name(it.author), "organizationName": None},
        "toNames": it.to_names,
        "read": it.is_read,
        "mailBox": it.folder,
        "noReply": False,
        "canReplyAll": False,
        "canForward": True,
        "canEdit": False,
        "fileAttachments": [],
    }


def draft(it: Letter, action: str) -> dict[str, Any]:
    start = "Fwd" if action == "forward" else "Re"
    to = [] if action == "forward" else [recipient(it.author)]
    quoted = f"<br><br><blockquote>{it.text}</blockquote>"
    return {"subject": f"{start}: {it.subject}", "text": quoted, "to": to, "cc": [], "fileAttachments": []}


def recipient(who: Person) -> dict[str, Any]:
    return {"id": key_of(who), "name": ids.full_name(who), "organizationName": None}


def key_of(who: Person) -> str:
    return base64.b64encode(f"user:{ids.user(who)}".encode()).decode()


def addressee(town: Town, key: str) -> Person | None:
    """The person behind a recipient's key."""
    try:
        number = base64.b64decode(key, validate=True).decode().removeprefix("user:")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return next((who for who in town.people.values() if str(ids.user(who)) == number), None)


def recipients(town: Town, child: Person, group: int) -> list[dict[str, Any]]:
    """Classmates are shown to parents no more than to anybody: the group is empty."""
    staff = [who for who in town.people.values() if who.school == child.school and who.role == "teacher"]
    master = town.classes[child.class_id or ""].teacher
    found = {1: staff[:1], 2: staff[1:2], 3: [who for who in staff if who.id == master], 4: staff}.get(group, [])
    return [recipient(who) for who in found]
