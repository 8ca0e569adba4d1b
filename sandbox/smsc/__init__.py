"""SMSC.ru: the HTTP interface of an SMS gateway (docs/wire/smsc.md)."""

from sandbox.smsc.routes import system

__all__ = ["system"]
