"""«Электронная школа 2.0» of Kuzbass: the mobile API as public clients use it, and the older one (docs/wire/ruobr.md)."""

from sandbox.ruobr.routes import system

__all__ = ["system"]
