"""Turns VK's error envelope, which comes with status 200, into one of the eight; each code by its documented meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from connectors.kit.answers import any_json, raise_for_page, raise_for_status, retry_after
from connectors.kit.class_chat import AccountDead, CaptchaAsked, Detached, LongBlock, LostRights, Outcome, carrier_code
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, RateLimited, Rejected, Unavailable

DOWN = "VK сейчас не отвечает. Ничего не потеряно: продолжим сами."
BUSY = "VK просит подождать: слишком много запросов сразу. Продолжим сами."
FLOOD = "VK на время запретил сообществу это действие: слишком много одинаковых подряд. Продолжим сами примерно через час."
CAPPED = "Сообщество исчерпало суточный предел VK на это действие. Продолжим сами через несколько часов."
DEAD = "Ключ сообщества VK больше не действует. Создайте новый в настройках сообщества («Работа с API») и вставьте его в кабинете школы."
CAPTCHA = "VK просит подтвердить, что действует человек. Откройте сообщество в браузере, введите код с картинки и продолжите."
NOT_ALLOWED = (
    "VK не разрешает это сообществу. Проверьте в настройках сообщества, что сообщения и чаты включены, а у ключа есть право «Сообщения»."
)
CONFIRM = "VK просит подтвердить действие. Войдите в VK владельцем сообщества, подтвердите и повторите."
GONE = "Этого чата в VK больше нет, или сообщество из него убрали. Сделайте новый чат или привяжите другой."
NO_RIGHTS = "Сообщество больше не администратор этого чата. Назначьте его администратором в настройках чата в VK."
FULL = "Предел VK достигнут: больше участников или чатов VK не даёт."
WRONG_PEER = "VK не даёт сообществу работать с этим чатом: он сделан не им. Сделайте чат заново от имени сообщества."
OURS = "VK не понял запрос School Hub. Сообщите об этом в поддержку: назовите время."
UNREADABLE = "VK ответил не так, как обещает. Мы это видим; попробуйте позже."
NOT_COMMUNITY = "Это не ключ сообщества. Создайте ключ в настройках сообщества VK («Работа с API»); личные ключи людей не подходят."
OTHER_COMMUNITY = "Этот ключ от другого сообщества VK. Проверьте номер сообщества и ключ."

FLOOD_S = 3600.0
CAPPED_S = 6 * 3600.0

TRANSIENT = frozenset({"1", "10", "43"})
"""Unknown, internal, section switched off: worth another try."""
A_SECOND = "6"
"""Too many requests in this second: refused, nothing was done."""

_DETACHED = frozenset({917, 927, 945, 946})
_LOST_RIGHTS = frozenset({919, 925, 931})
_DEAD = frozenset({5, 27, 28})
_BLOCKED: Mapping[int, tuple[float, str]] = {9: (FLOOD_S, FLOOD), 29: (CAPPED_S, CAPPED)}
_REJECTED: Mapping[int, str] = {17: CONFIRM, 24: CONFIRM, 103: FULL, 932: WRONG_PEER}

REMOVING: Mapping[str, Outcome] = {
    "935": Outcome.ALREADY,
    "936": Outcome.UNKNOWN_PERSON,
    # An owner or an administrator is not removed by another one.
    "15": Outcome.REFUSED,
}
"""What concerns one member while it is removed."""
WRITING: Mapping[str, Outcome] = {
    "900": Outcome.REFUSED,
    "901": Outcome.REFUSED,
    "902": Outcome.REFUSED,
    "936": Outcome.UNKNOWN_PERSON,
    "939": Outcome.REFUSED,
    "947": Outcome.REFUSED,
}
"""What concerns one person who is written to."""


def of_code(system: str, code: int, message: str = "") -> ConnectorError:
    """One of the eight; the code stands first in `detail`, or is the reason. Of the message only one word is looked at."""
    word = str(code)
    if code in _BLOCKED:
        after_s, text = _BLOCKED[code]
        return LongBlock(system, word, after_s=after_s, text=text)
    if word == A_SECOND:
        return RateLimited(system, word, after_s=1.0, text=BUSY)
    if word in TRANSIENT:
        return Unavailable(system, word, text=DOWN)
    if code in _DEAD and "unavailable" not in message:
        return AccountDead(system, word, text=DEAD)
    if code in _DETACHED:
        return Detached(system, word, text=GONE)
    if code in _LOST_RIGHTS:
        return LostRights(system, word, text=NO_RIGHTS)
    if code == 14:
        return CaptchaAsked(system, word, CAPTCHA)
    # 27 also says that a method is not for communities at all: then the key is alive.
    if code in (7, 15, 27):
        return AccessDenied(system, word, text=NOT_ALLOWED)
    return Rejected(system, word, _REJECTED.get(code, OURS))


def raise_error(system: str, response: httpx.Response) -> None:
    """Raises for an answer that is an error, by its envelope first: VK answers 200 nearly always."""
    body = any_json(response.content)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        code = error.get("error_code")
        if not isinstance(code, int) or isinstance(code, bool):
            raise Drifted(system, "$.error.error_code", "not a number")
        raise of_code(system, code, str(error.get("error_msg", "")))
    if response.status_code == 429:
        raise RateLimited(system, "429", after_s=retry_after(response), text=BUSY)
    raise_for_page(system, response)
    raise_for_status(system, response)
    if response.status_code != 200:
        raise Drifted(system, "status", str(response.status_code))


def worth_another_try(error: ConnectorError, *, idempotent: bool) -> bool:
    """6 was refused before anything was done; the rest may have been done all the same. Down on the way was tried again already."""
    code = carrier_code(error)
    return code == A_SECOND or (idempotent and code in TRANSIENT)


@contextmanager
def explained() -> Iterator[None]:
    """Gives a sentence to an error that arose below us: no answer, or one that could not be read."""
    try:
        yield
    except ConnectorError as error:
        if not error.text:
            error.text = UNREADABLE if isinstance(error, Drifted) else BUSY if isinstance(error, RateLimited) else DOWN
        raise
