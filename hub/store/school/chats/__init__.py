"""Class chats: with which messenger a school works, the chats of its classes, who is in them, what was done and why."""

from __future__ import annotations

from hub.store.school.chats.carriers import SEALED as CARRIERS_SEALED
from hub.store.school.chats.carriers import Carrier
from hub.store.school.chats.codes import SEALED as CODES_SEALED
from hub.store.school.chats.codes import BotCode, FoundChat
from hub.store.school.chats.journal import Act, Cursor
from hub.store.school.chats.members import SEALED as MEMBERS_SEALED
from hub.store.school.chats.members import ChatMember, ChatWish
from hub.store.school.chats.rooms import SEALED as ROOMS_SEALED
from hub.store.school.chats.rooms import Room

TABLES = (Carrier, Room, ChatMember, ChatWish, Act, Cursor, BotCode, FoundChat)
SEALED = (*CARRIERS_SEALED, *ROOMS_SEALED, *MEMBERS_SEALED, *CODES_SEALED)
