"""SMS.RU: the HTTP interface of an SMS gateway (docs/wire/smsru.md)."""

from sandbox.smsru.routes import system

__all__ = ["system"]
