"""Class chats as the office and a family see them."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class FoundChatView(View, frozen=True, kw_only=True):
    """A chat that took the school's bot in and is not bound yet."""

    id: str
    title: str


class MessengerView(View, frozen=True, kw_only=True):
    """`carrier` is vkapi, max or invite_link; `state` working, dead or not_connected. The token is never shown again.

    `can` tells what the messenger lets the service do: create, add, remove, list, send …; `says` is a sentence where something is wrong;
    `found` are chats that took the bot in."""

    carrier: str
    title: str
    state: str
    since: dt.date | None
    account: str
    account_name: str
    strangers: str
    in_force: bool
    can: tuple[str, ...]
    says: str
    checked_at: dt.datetime | None
    found: tuple[FoundChatView, ...] = ()


class MessengerList(View, frozen=True, kw_only=True):
    zone: str
    may_change: bool
    items: tuple[MessengerView, ...]


class OfficeChat(View, frozen=True, kw_only=True):
    """`audience` is pupils or parents; `state` active, detached, lost_rights, moving; `says` is what happened and what to do.

    `held`: so many would leave at once that somebody must look first."""

    id: str
    class_name: str = msgspec.field(name="class")
    audience: str
    carrier: str
    carrier_title: str
    title: str
    state: str
    note: str
    says: str
    held: int
    joined: int
    invited: int
    left: int
    strangers: int
    looked_at: dt.datetime | None
    due_at: dt.datetime | None


class ClassChats(View, frozen=True, kw_only=True):
    """A class with its chats; `missing` are the audiences that have none."""

    class_name: str = msgspec.field(name="class")
    chats: tuple[OfficeChat, ...]
    missing: tuple[str, ...]


class ChatList(View, frozen=True, kw_only=True):
    school_ogrn: str
    school: str
    zone: str
    own_class: bool
    carrier: str | None
    carrier_title: str
    items: tuple[ClassChats, ...]


class ChatPerson(View, frozen=True, kw_only=True):
    """`standing`: in, stays or out, `why` in one word; `state` is what is known of the profile in the chat, None while nothing is."""

    person: str
    name: str
    child: str | None
    child_name: str
    standing: str
    why: str
    state: str | None
    since: dt.datetime | None
    code: str


class ChatGuest(View, frozen=True, kw_only=True):
    """Somebody in the chat whom the service does not know; `name` as he calls himself. `may`: keep, remove."""

    id: str
    name: str
    state: str
    since: dt.datetime
    may: tuple[str, ...]


class ChatActView(View, frozen=True, kw_only=True):
    at: dt.datetime
    actor: str
    action: str
    person: str
    why: str
    code: str
    ok: bool


class ChatDesk(View, frozen=True, kw_only=True):
    """One chat: who should be there and who is, strangers, and what was done."""

    zone: str
    chat: OfficeChat
    can: tuple[str, ...]
    people: tuple[ChatPerson, ...]
    guests: tuple[ChatGuest, ...]
    acts: tuple[ChatActView, ...]


class MoveRoom(View, frozen=True, kw_only=True):
    """One chat of the class in the plan. `act`: create, bind or stay; `found` are chats to choose from where the service makes none.

    `result` after the move: done, or the word of what went wrong, with `says`."""

    audience: str
    before: str | None
    before_title: str
    act: str
    invites: int
    waits_consent: int
    waits_profile: int
    others: int
    leaves_behind: int
    found: tuple[FoundChatView, ...]
    result: str | None = None
    says: str = ""


class MovePlan(View, frozen=True, kw_only=True):
    """What a move of the class would do (`dry_run`), or has done."""

    class_name: str = msgspec.field(name="class")
    carrier: str
    carrier_title: str
    dry_run: bool
    rooms: tuple[MoveRoom, ...]


class ChatMade(View, frozen=True, kw_only=True):
    id: str
    state: str


class ConsentAsked(View, frozen=True, kw_only=True):
    """The consent that this chat rests on; it is said at `/api/v1/consents`, or on the page `href`."""

    subject: str
    purpose: str
    holds: bool
    may_say: bool
    whose: str
    href: str


class MyChat(View, frozen=True, kw_only=True):
    """A chat of the child's class as this person has it.

    `state`: none (the class has no such chat), consent, profile, wanted (the invitation is on its way), invited, in, left, stays_out,
    pupil (the pupil decides or goes in himself), ask_teacher (the messenger lets nobody back by a link), trouble."""

    audience: str
    title: str
    carrier: str
    carrier_title: str
    state: str
    says: str
    link: str | None
    consent: ConsentAsked | None
    profile_href: str | None
    may_ask: bool
    may_stay_out: bool


class MyChats(View, frozen=True, kw_only=True):
    child: str
    class_name: str
    items: tuple[MyChat, ...]


class BotProfile(View, frozen=True, kw_only=True):
    """A profile shown to the school's bot. `state`: waiting, seen (`name` as the messenger tells it), active, review, refused, expired."""

    intent: str
    state: str
    name: str
    person: str
    child: str
    link: str | None
