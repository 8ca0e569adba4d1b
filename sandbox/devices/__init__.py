"""The schools' turnstiles, terminals and tills, played: here the outside reports to the hub (docs/devices.md)."""

from sandbox.devices.routes import system

__all__ = ["system"]
