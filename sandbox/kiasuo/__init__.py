"""КИАСУО of Krasnoyarsk krai: the diary's API as its app and public clients use it (docs/wire/kiasuo.md)."""

from sandbox.kiasuo.routes import system

__all__ = ["system"]
