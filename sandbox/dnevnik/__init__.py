"""dnevnik.ru: the partner API and the sign-in pages in front of it, as public clients use them."""

from sandbox.dnevnik.routes import system

__all__ = ["system"]
