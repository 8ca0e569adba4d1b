"""The messengers of class chats in words, and what happened in sentences: what it means, what to do (facts/vkid-and-class-chats.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connectors.kit.class_chat import (
    AccountDead,
    CaptchaAsked,
    Detached,
    LongBlock,
    LostRights,
)
from connectors.kit.errors import ConnectorError, RateLimited, Rejected, TimedOut, Unavailable
from identity.consent import Purpose
from identity.linking.class_chats import Audience, MemberState, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """`where` completes «в …»; `profile` is the system of the bound profile, None where none is needed; `consent` the purpose.

    `readmits`: whoever was removed comes back by the link."""

    title: str
    where: str
    profile: str | None
    consent: Purpose
    readmits: bool = True
    account: str = ""
    """How the school's account there is called, genitive: «токен …»."""


MESSENGERS: Mapping[str, Messenger] = MappingProxyType(
    {
        "vkapi": Messenger(title="VK Мессенджер", where="VK", profile="vkid", consent=Purpose.CHAT, readmits=False, account="сообщества"),
        "max": Messenger(title="MAX", where="MAX", profile="max", consent=Purpose.CHAT_MAX, account="бота"),
        "invite_link": Messenger(title="Ссылка на чат", where="чате по ссылке", profile=None, consent=Purpose.CHAT_LINK),
    }
)
CHAT_PURPOSES = frozenset(one.consent for one in MESSENGERS.values())

AUDIENCES: Mapping[Audience, str] = MappingProxyType({Audience.PUPILS: "Чат учеников", Audience.PARENTS: "Чат родителей"})


def title_of(klass: str, audience: Audience) -> str:
    """What the chat is called where the hub makes it."""
    return f"{klass}: {'ученики' if audience is Audience.PUPILS else 'родители'}"


WHY: Mapping[str, str] = MappingProxyType(
    {
        Why.PUPIL: "учится в классе",
        Why.GUARDIAN: "родитель ученика класса",
        Why.STAFF: "работает с классом",
        Why.RESTRICTED: "школа закрыла доступ по документу",
        Why.OPTED_OUT: "сам вышел или отказался от этого чата",
        Why.NO_CONSENT: "нет согласия на чат",
        Why.TO_CONFIRM: "родство ждёт подтверждения",
        Why.NO_PROFILE: "профиль мессенджера не подключён",
        Why.NOT_OF_CLASS: "больше не относится к классу",
        Why.STRANGER: "сервису не известен",
        Why.BY_OFFICE: "решение школы",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        MemberState.INVITED: "приглашён, ещё не вошёл",
        MemberState.JOINED: "в чате",
        MemberState.LEFT: "вышел сам",
        MemberState.REMOVED: "убран",
        MemberState.UNKNOWN: "незнакомый участник",
        MemberState.KEPT: "незнакомый, школа оставила",
        MemberState.DOOMED: "будет убран",
    }
)

NOTED: Mapping[str, str] = MappingProxyType(
    {"detached": "чата нет", "lost_rights": "нет прав", "dead": "токен не принят", "captcha": "нужна проверка человеком",
     "long_limit": "дорога надолго закрыта", "limit": "мессенджер просит подождать", "silent": "мессенджер не ответил"}
)  # fmt: skip
"""In two words, for the journal."""

DETACHED = (
    "Чата больше нет, или наш бот из него удалён: так бывает, когда чат удалили руками. Сервис его не видит и никого в нём не меняет."
    " Сделайте чат заново или верните бота в прежний и нажмите «Проверить сейчас»."
)
LOST_RIGHTS = (
    "У бота забрали права администратора: он видит чат, но не может приглашать и убирать. Остальное не изменилось."
    " Верните боту права в настройках чата и нажмите «Проверить сейчас»."
)
DEAD = (
    "Мессенджер больше не принимает токен школы: его отозвали или заменили. Чаты остались как были, но сервис в них не работает."
    " Возьмите новый токен у администратора {account} и введите его ниже."
)
CAPTCHA = (
    "Мессенджер просит подтвердить, что работает человек, и до этого ничего не делает. Сервис за человека не отвечает: откройте"
    " сообщество в VK под его администратором, пройдите проверку и нажмите «Проверить сейчас»."
)
LONG_LIMIT = "Мессенджер надолго закрыл дорогу: за день сделано слишком много. Повторим сами {until}; делать ничего не нужно."
LIMIT = "Мессенджер просит подождать. Повторим сами через минуту; ничего не потеряно."
SILENT = "Мессенджер не отвечает. Попробуем снова сами; в чатах ничего не изменилось."
REFUSED = "Мессенджер отказал ({code}). Остальные чаты работают; если не пройдёт за день, покажите этот код поддержке."
HELD = (
    "Сразу {count} участников больше не относятся к классу. Так бывает, когда список класса загрузили не тот, поэтому никого не убрали."
    " Если класс с сентября называется иначе, впишите новое имя внизу страницы; если список верный, разрешите убрать."
)
LEFT = "Вы вышли из чата сами, поэтому сервис больше не зовёт. Передумали — нажмите «Прислать ссылку снова»."

NOTES: Mapping[str, str] = MappingProxyType(
    {"detached": DETACHED, "lost_rights": LOST_RIGHTS, "dead": DEAD, "captcha": CAPTCHA, "long_limit": LONG_LIMIT, "limit": LIMIT,
     "silent": SILENT}
)  # fmt: skip


def note_of(error: ConnectorError) -> str:
    """The word by which a failure is remembered; `refused:<code>` where the messenger named a reason of its own."""
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    return f"refused:{error.reason}" if isinstance(error, Rejected) else f"refused:{error.code}"


_WORDS: tuple[tuple[type[ConnectorError], str], ...] = (
    (Detached, "detached"),
    (LostRights, "lost_rights"),
    (AccountDead, "dead"),
    (CaptchaAsked, "captcha"),
    (LongBlock, "long_limit"),
    (RateLimited, "limit"),
    (Unavailable, "silent"),
    (TimedOut, "silent"),
)


def sentence(note: str, *, kind: str = "", until: str = "", held: int = 0) -> str:
    """What the page says of it; empty where all is well."""
    if held:
        return HELD.format(count=held)
    if not note:
        return ""
    if note.startswith("refused:"):
        return REFUSED.format(code=note.partition(":")[2])
    account = MESSENGERS[kind].account if kind in MESSENGERS else ""
    return NOTES[note].format(account=account, until=until or "позже") if note in NOTES else ""
