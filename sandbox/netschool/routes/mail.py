"""Mail: reading marks a letter, sending adds one to the sent, deleting moves it."""

from __future__ import annotations

from typing import Any, Final

from quart import request

from sandbox.netschool.routes.table import Call, Handler
from sandbox.netschool.state.mail import Letter
from sandbox.netschool.wire import mail
from sandbox.netschool.wire.answers import NetSchoolError

FOLDERS: Final = ("Inbox", "Sent", "Draft", "Deleted")


def _letters(call: Call) -> dict[int, Letter]:
    found = call.children()
    return call.state.mail.of(call.town, call.who, found[0] if found else None)


def _letter(call: Call, number: str) -> Letter:
    found = _letters(call).get(int(number))
    if found is None:
        raise NetSchoolError(404, "Сообщение не найдено")
    return found


def _register(call: Call) -> Any:
    page, size = call.body.get("page", 1), call.body.get("pageSize", 20)
    chosen = (call.body.get("filterContext") or {}).get("selectedData") or []
    folder = next((str(it.get("filterValue")) for it in chosen if it.get("filterId") == "MailBox"), "Inbox")
    if not isinstance(page, int) or not isinstance(size, int) or page < 1 or not 1 <= size <= 100 or folder not in FOLDERS:
        raise NetSchoolError(400, "Неверный запрос")
    search, order = call.body.get("search") or {}, call.body.get("order") or {}
    wanted = str(search.get("text") or "").lower()
    own = [it for it in _letters(call).values() if it.folder == folder]
    own = [
        it for it in own if wanted in (it.subject if search.get("fieldId", "subject") == "subject" else mail.short_name(it.author)).lower()
    ]
    own.sort(key=lambda it: (it.sent, it.id), reverse=not order.get("ascending"))
    return mail.register(own, page, size)


def _unread(call: Call) -> Any:
    return [it.id for it in _letters(call).values() if it.folder == "Inbox" and not it.is_read]


def _read(call: Call, number: str) -> Any:
    found = _letter(call, number)
    found.is_read = True
    return mail.opened(found)


def _draft(call: Call, number: str) -> Any:
    action = request.args.get("action", "reply")
    if action == "replyAll":
        raise NetSchoolError(403, "Ответ всем запрещён")
    return mail.draft(_letter(call, number), action)


def _recipients(call: Call) -> Any:
    text = request.args.get("group", "1")
    return mail.recipients(call.town, call.first(), int(text) if text.isdigit() else 0)


def _send(call: Call) -> Any:
    keys = call.body.get("to")
    found = [mail.addressee(call.town, key) for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
    to = [who for who in found if who is not None and who.role == "teacher" and who.school == call.first().school]
    if not to or len(to) != len(found):
        raise NetSchoolError(400, "Неверный получатель")
    subject, text = str(call.body.get("subject") or ""), str(call.body.get("text") or "")
    made = call.state.mail.send(_letters(call), call.who, subject, text, ", ".join(map(mail.short_name, to)), call.now)
    return {"messageId": made.id}


def _chosen(call: Call) -> list[Letter]:
    asked, letters = call.body.get("messageId"), _letters(call)
    if not isinstance(asked, list) or not all(number in letters for number in asked):
        raise NetSchoolError(404, "Сообщение не найдено")
    return [letters[number] for number in asked]


def _mark(call: Call) -> Any:
    for it in _chosen(call):
        it.is_read = bool(call.body.get("read", True))
    return None


def _move(call: Call) -> Any:
    for it in _chosen(call):
        it.was_in, it.folder = it.folder, "Deleted"
    return None


def _restore(call: Call) -> Any:
    for it in _chosen(call):
        it.folder = it.was_in
    return None


def _delete(call: Call) -> Any:
    """For ever, and only what was deleted before."""
    chosen = _chosen(call)
    if any(it.folder != "Deleted" for it in chosen):
        raise NetSchoolError(400, "Сначала удалите сообщение")
    for it in chosen:
        del _letters(call)[it.id]
    return None


READING: Final[dict[str, Handler]] = {
    r"mail/messages/unread": _unread,
    r"mail/messages/(\d{1,9})/read": _read,
    r"mail/messages/(\d{1,9})/edit": _draft,
    r"mail/recipients": _recipients,
}
CHANGING: Final[dict[str, Handler]] = {
    r"mail/registry": _register,
    r"mail/messages": _send,
    r"mail/messages/mark-as": _mark,
    r"mail/messages/moving": _move,
    r"mail/messages/restore": _restore,
    r"mail/messages/delete": _delete,
}
