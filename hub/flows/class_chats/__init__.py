"""Class chats bound to diary profiles: messengers of a school, chats of its classes, who is let in and who goes, the family's side."""

from hub.flows.class_chats.bot_profile import begin_bot_profile, confirm_bot_profile, is_bot, show_bot_profile
from hub.flows.class_chats.making import NewChatAsked, make_chat, unbind_chat
from hub.flows.class_chats.messengers import Wanted, choose_strangers, connect_messenger, disconnect_messenger, list_messengers
from hub.flows.class_chats.mine import choose, show_my_chats
from hub.flows.class_chats.moving import Move, move_class, plan_move
from hub.flows.class_chats.office import decide_guest, let_go, list_chats, look_now, rename_class, show_chat
from hub.flows.class_chats.watching import Chats

__all__ = [
    "Chats",
    "Move",
    "NewChatAsked",
    "Wanted",
    "begin_bot_profile",
    "choose",
    "choose_strangers",
    "confirm_bot_profile",
    "connect_messenger",
    "decide_guest",
    "disconnect_messenger",
    "is_bot",
    "let_go",
    "list_chats",
    "list_messengers",
    "look_now",
    "make_chat",
    "move_class",
    "plan_move",
    "rename_class",
    "show_bot_profile",
    "show_chat",
    "show_my_chats",
    "unbind_chat",
]
