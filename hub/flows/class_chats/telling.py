"""Who hears of what happened in a chat: whoever was invited, the class's staff of strangers and troubles, the log of each child."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.class_chats.belonging import CLASS_TEACHER
from hub.flows.class_chats.carrying import Carried
from hub.flows.class_chats.words import AUDIENCES, MESSENGERS
from hub.flows.office.rights import Act, Reach, reach, roles_for
from hub.store import notices
from hub.store.school import schools
from hub.store.school.chats.rooms import RoomCard
from identity.linking.class_chats import Member, Place, Why
from identity.model import ActorKind, PersonId
from identity.snils import Snils
from identity.store import record_change
from identity.store.persons import by_snils


def tell_done(deps: Deps, room: RoomCard, carried: Carried, *, now: datetime) -> None:
    """In the caller's unit. Invitations to their people; every step about a person into that person's own log (RULES A13)."""
    where = MESSENGERS[room.kind].where
    for place in carried.invited:
        text = f"Чат класса в {where} ждёт вас: ссылка на странице «Чаты». Входить не обязательно."
        _tell_member(deps, room, place, "chat_invited", text, now=now)
    tell_added(deps, room, carried.added, now=now)
    by = {place.person: place.by for place in (*carried.invited, *carried.added)}
    for done in carried.done:
        # An invitation stands in the cabinet even where the messenger took no letter.
        if done.person is not None and (done.ok or done.action == "member.invited"):
            subject = by.get(PersonId(done.person)) or PersonId(done.person)
            record_change(
                actor="hub",
                actor_kind=ActorKind.COMMAND,
                subject=subject,
                action=f"chat.{done.action.partition('.')[2]}",
                object=room.audience.value,
                now=now,
            )


def tell_added(deps: Deps, room: RoomCard, places: Sequence[Place], *, now: datetime) -> None:
    text = f"Вас добавили в чат класса в {MESSENGERS[room.kind].where}, как вы и разрешили. Выйти можно в любой момент."
    for place in places:
        _tell_member(deps, room, place, "chat_added", text, now=now)


def _tell_member(deps: Deps, room: RoomCard, place: Place, kind: str, text: str, *, now: datetime) -> None:
    href = f"/office/chats/{room.id}" if place.why is Why.STAFF else f"/children/{place.by}/chats"
    notices.tell(deps.keys, person=place.person, kind=kind, text=text, href=href, now=now)


def tell_strangers(deps: Deps, room: RoomCard, strangers: Sequence[Member], *, now: datetime) -> None:
    if strangers:
        text = f"{_named(room)}: новых участников, которых сервис не знает, {len(strangers)}. Посмотрите, кто это: оставить или убрать."
        _tell_staff(deps, room, "chat_strangers", text, now=now)


def tell_held(deps: Deps, room: RoomCard, count: int, *, now: datetime) -> None:
    text = f"{_named(room)}: сразу {count} участников больше не относятся к классу. Никого не убрали: сначала посмотрите вы."
    _tell_staff(deps, room, "chat_held", text, now=now)


def tell_trouble(deps: Deps, room: RoomCard, note: str, *, now: datetime) -> None:
    said = {
        "detached": "чата больше нет, или бот из него удалён",
        "lost_rights": "у бота забрали права",
        "dead": "мессенджер больше не принимает токен школы",
        "captcha": "мессенджер просит подтвердить, что работает человек",
    }
    if note in said:
        _tell_staff(deps, room, "chat_trouble", f"{_named(room)}: {said[note]}. На странице чата написано, что делать.", now=now)


def _named(room: RoomCard) -> str:
    return f"{AUDIENCES[room.audience]}, {room.klass}"


def _tell_staff(deps: Deps, room: RoomCard, kind: str, text: str, *, now: datetime) -> None:
    """The class's own teacher; where there is none here, whoever looks after the chats of the school."""
    for officer in _staff(deps, room):
        notices.tell(deps.keys, person=officer, kind=kind, text=text, href=f"/office/chats/{room.id}", now=now)


def _staff(deps: Deps, room: RoomCard) -> Sequence[PersonId]:
    own = _signed_in(deps, schools.snils_of_class(deps.keys, room.school, room.klass, CLASS_TEACHER))
    wide = (role for role in roles_for(Act.CHATS) if reach(role, Act.CHATS) is Reach.SCHOOL)
    return own or _signed_in(deps, schools.snils_of_posts(deps.keys, room.school, wide))


def _signed_in(deps: Deps, numbers: Sequence[str]) -> list[PersonId]:
    found = (by_snils(deps.keys, Snils(number)) for number in numbers)
    return [one.id for one in found if one is not None]
