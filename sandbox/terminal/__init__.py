"""Payment terminals and a bank's counter, played: here the outside calls the hub, in four dialects (docs/wire/terminal.md)."""

from sandbox.terminal.routes import system

__all__ = ["system"]
