"""A person sets up the cabinet: formats of dates and times, nicknames of the children, which contacts are used (RULES F4, A16)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec

from hub.deps import Deps
from hub.flows.contacts.changing import phone_changed
from hub.flows.contacts.words import masked
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service import ChildSetting, ContactView, SettingsView
from hub.flows.words import system_title
from hub.store import notices, preferences
from hub.store.preferences import DateFormat, Preferences, TimeFormat
from hub.store.reach import addresses
from hub.store.sessions import Visitor
from identity.model import MOSCOW, ActorKind, Person, PersonId, normalised
from identity.store import children_of, person, record_change

LONGEST_NICKNAME = 30
KINDS = ("phone", "email")
HERE = "подтверждён здесь"
_NUMBER = re.compile(r"\d{5,}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>]")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person asks for; what is None stays as it is. `contacts` by kind: the contact's id, or empty for none."""

    date_format: str | None = None
    time_format: str | None = None
    nicknames: Mapping[str, str] | None = None
    contacts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contact:
    id: str
    kind: str
    value: str
    source: str
    verified: bool


async def formats_of(deps: Deps, visitor: Visitor) -> Preferences:
    """What every page of this person is shown in."""
    return await deps.memory.people.of(deps.db, ("preferences", visitor.person), lambda: preferences.of_person(deps.keys, visitor.person))


async def show_settings(deps: Deps, visitor: Visitor) -> SettingsView:
    """The choices with what they are about; contacts are masked."""
    return await deps.db.read(lambda: _view(deps, PersonId(visitor.person), preferences.of_person(deps.keys, visitor.person)))


async def save_settings(deps: Deps, visitor: Visitor, wanted: Wanted) -> SettingsView:
    """All or nothing: one value that cannot be kept leaves everything as it was, and is named in `more["fields"]`."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> SettingsView:
        before = preferences.of_person(deps.keys, who)
        after = _decided(deps, who, before, wanted)
        former, chosen = _used(deps, who, before), _used(deps, who, after)
        if former != chosen:
            require_fresh(deps, visitor.auth_time)
            if chosen["phone"] and former["phone"] != chosen["phone"]:
                phone_changed(deps, who, former=former["phone"], value=chosen["phone"], now=now)
            text = "В настройках выбран другой телефон или почта. Если это сделали не вы, завершите чужие входы в разделе «Устройства»."
            notices.tell(deps.keys, person=who, kind="contact_changed", text=text, href="/family/devices", now=now)
            record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="settings.contacts", now=now)
        preferences.save(deps.keys, who, after, now=now)
        return _view(deps, who, after)

    return await deps.db.write(unit)


def _decided(deps: Deps, who: PersonId, before: Preferences, wanted: Wanted) -> Preferences:
    """The choices after this request, or `Refused` with a sentence for each field that does not fit."""
    faults: dict[str, str] = {}
    children = _children(deps, who)
    nicknames = dict(before.nicknames)
    for child, typed in (wanted.nicknames or {}).items():
        if child not in children:
            raise Refused(Reason.NOT_FOUND)
        nickname = " ".join(typed.split())
        fault = _nickname_fault(nickname, children[child])
        if fault:
            faults[f"nickname-{child}"] = fault
        nicknames[child] = nickname
    chosen = _contacts_chosen(deps, who, wanted.contacts or {}, faults)
    after = msgspec.structs.replace(
        before,
        date_format=_choice(DateFormat, wanted.date_format, before.date_format, "date_format", faults),
        time_format=_choice(TimeFormat, wanted.time_format, before.time_format, "time_format", faults),
        nicknames={child: nickname for child, nickname in nicknames.items() if nickname},
        **chosen,
    )
    if faults:
        raise Refused(Reason.MALFORMED, " ".join(dict.fromkeys(faults.values())), more={"fields": faults})
    return after


def _choice(kind: type[Choice], typed: str | None, before: Choice, name: str, faults: dict[str, str]) -> Choice:
    if typed is None:
        return before
    if typed not in set(kind):
        faults[name] = "Выберите один из предложенных видов."
        return before
    return kind(typed)


def _nickname_fault(nickname: str, child: Person) -> str:
    """Why it may not go into a message that others see on a locked screen (RULES F4)."""
    if len(nickname) > LONGEST_NICKNAME:
        return f"Прозвище длиннее {LONGEST_NICKNAME} знаков: сократите его."
    if _UNFIT.search(nickname) or _NUMBER.search(nickname):
        return "В прозвище нельзя номера телефонов и документов: оно видно в СМС."
    surname = normalised(child.last_name)
    if surname and surname in normalised(nickname).split():
        return "В прозвище нельзя фамилию ребёнка: оно видно в СМС и на экране телефона."
    return ""


def _contacts_chosen(deps: Deps, who: PersonId, wanted: Mapping[str, str], faults: dict[str, str]) -> dict[str, str | bool]:
    """Only a contact that its own system vouches for or that was confirmed here; one that is gone is used no more."""
    known = _contacts(deps, who)
    chosen: dict[str, str | bool] = {}
    for kind, id_ in wanted.items():
        found = next((one for one in known if one.id == id_ and one.kind == kind), None)
        if kind not in KINDS or (id_ and found is None):
            raise Refused(Reason.NOT_FOUND)
        if found is not None and not found.verified:
            faults[f"contact-{kind}"] = "Этот контакт не подтверждён: подтвердите его на Госуслугах и войдите снова."
        chosen |= {kind: found.value if found else "", f"no_{kind}": found is None}
    return chosen


def _used(deps: Deps, who: PersonId, chosen: Preferences) -> dict[str, str]:
    """By kind, where messages go with these choices."""
    return {kind: addresses.used(chosen, kind, addresses.known(deps.keys, who, kind)) for kind in KINDS}


def _children(deps: Deps, who: PersonId) -> dict[str, Person]:
    return {view.person.id: view.person for view in children_of(deps.keys, who, now=deps.now()) if not view.is_self and view.right.allowed}


def _contacts(deps: Deps, who: PersonId) -> Sequence[_Contact]:
    """The id is a keyed hash: the rows are made anew at each sign-in."""
    return [
        _Contact(
            id=deps.keys.code_hash(f"contact {who} {kind} {one.value}")[:24],
            kind=kind,
            value=one.value,
            source=one.told_by,
            verified=one.verified and not one.dead,
        )
        for kind in KINDS
        for one in addresses.known(deps.keys, who, kind)
    ]


def _view(deps: Deps, who: PersonId, chosen: Preferences) -> SettingsView:
    me = person(deps.keys, who)
    used = _used(deps, who, chosen)
    return SettingsView(
        date_format=chosen.date_format.value,
        time_format=chosen.time_format.value,
        zone=me.zone if me else MOSCOW,
        children=tuple(
            ChildSetting(id=id_, first_name=one.first_name, nickname=chosen.nicknames.get(id_, ""), zone=one.zone)
            for id_, one in _children(deps, who).items()
        ),
        contacts=tuple(
            ContactView(
                id=one.id,
                kind=one.kind,
                masked=masked(one.kind, one.value),
                source=system_title(deps, one.source) if one.source else HERE,
                verified=one.verified,
                used=one.verified and one.value == used[one.kind],
            )
            for one in _contacts(deps, who)
        ),
    )
