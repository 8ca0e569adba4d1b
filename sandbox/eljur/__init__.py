"""ЭлЖур: the documented API of a school, under `/api` and `/apiv3`, as public clients use it (docs/wire/eljur.md)."""

from sandbox.eljur.routes import system

__all__ = ["system"]
