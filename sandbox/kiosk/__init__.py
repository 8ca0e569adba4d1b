"""The school's self-service kiosk, played: here the outside calls the hub (docs/wire/kiosk.md)."""

from sandbox.kiosk.routes import system

__all__ = ["system"]
