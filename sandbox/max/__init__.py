"""MAX's bot API: the chats of a school's bot, their members and administrators, messages, webhooks and long polling."""

from sandbox.max.routes import system

__all__ = ["system"]
