"""A bank's internet acquiring of the RBS kind: form REST and the SOAP merchant-ws over one store (docs/wire/rbs.md)."""

from sandbox.rbs.routes import system

__all__ = ["system"]
