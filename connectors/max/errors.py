"""Turns MAX's refusals, by status and by the word in `code`, into one of the eight with a Russian sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from connectors.kit.answers import any_json, raise_for_page, raise_for_status, retry_after
from connectors.kit.class_chat import AccountDead, Detached, LostRights, Outcome
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable

DOWN = "MAX сейчас не отвечает. Ничего не потеряно: продолжим сами."
BUSY = "MAX просит подождать: слишком много запросов сразу. Продолжим сами."
DEAD = "Ключ бота MAX больше не действует. Возьмите новый на платформе MAX для бизнеса и вставьте его в кабинете школы."
NOT_ALLOWED = "MAX не разрешает это боту. Проверьте его права в настройках чата."
GONE = "Этого чата в MAX больше нет, или бота из него убрали. Добавьте бота в чат снова или привяжите другой чат."
NO_RIGHTS = "Бот больше не администратор этого чата. Назначьте его администратором с правом «Добавлять и удалять участников»."
NO_LINK = "У чата в MAX нет ссылки-приглашения. Включите её в настройках чата: «Ссылка на чат»."
OURS = "MAX не понял запрос School Hub. Сообщите об этом в поддержку: назовите время."
UNREADABLE = "MAX ответил не так, как обещает. Мы это видим; попробуйте позже."
OTHER_BOT = "Этот ключ от другого бота MAX. Проверьте номер бота и ключ."
CANNOT_CREATE = "Боты MAX не делают чатов. Сделайте чат в MAX сами и добавьте в него бота школы администратором."
CANNOT_LIST = "MAX не показывает боту список его чатов: добавьте бота в чат, и он появится здесь."
CANNOT_RESET = "Ссылку на чат в MAX меняет администратор-человек в настройках чата."

ADDING = {
    "add.participant.privacy": Outcome.NEEDS_LINK,
    "add.participant.not.found": Outcome.UNKNOWN_PERSON,
}
"""Why one person was not added."""


def of_code(system: str, status: int, code: str, *, after_s: float | None = None) -> ConnectorError:
    """One of the eight for a refusal of this status; `code` stands first in `detail`, or is the reason."""
    word = code or str(status)
    if status == 401 or code == "verify.token":
        return AccountDead(system, word, text=DEAD)
    if status == 429:
        return RateLimited(system, word, after_s=after_s, text=BUSY)
    if status >= 500:
        return Unavailable(system, word, text=DOWN)
    if status == 403:
        return AccessDenied(system, word, text=NOT_ALLOWED)
    if status == 404:
        # Without a word of its own it is an address that does not exist, which says nothing of the chat.
        return Detached(system, word, text=GONE) if code.startswith("chat.") else NotFound(system, word, text=GONE)
    return Rejected(system, word, OURS)


def gone(system: str, code: str) -> Detached:
    return Detached(system, code, text=GONE)


def without_rights(system: str, code: str) -> LostRights:
    return LostRights(system, code, text=NO_RIGHTS)


def raise_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer that is an error; MAX tells it by status and envelope both."""
    if response.status_code == 200:
        raise_for_page(system, response)
        return
    body = any_json(response.content)
    code = body.get("code") if isinstance(body, dict) else None
    if isinstance(code, str):
        raise of_code(system, response.status_code, code, after_s=retry_after(response))
    if response.status_code in (401, 429):
        raise of_code(system, response.status_code, "", after_s=retry_after(response))
    raise_for_page(system, response)
    raise_for_status(system, response)
    raise Drifted(system, "status", str(response.status_code))


@contextmanager
def explained() -> Iterator[None]:
    """Gives a sentence to an error that arose below us: no answer, or one that could not be read."""
    try:
        yield
    except ConnectorError as error:
        if not error.text:
            error.text = UNREADABLE if isinstance(error, Drifted) else BUSY if isinstance(error, RateLimited) else DOWN
        raise
