"""VK API: chats of communities and people with its tokens, limits and errors, and the first-party web token beside it."""

from sandbox.vkapi.routes import system

__all__ = ["system"]
