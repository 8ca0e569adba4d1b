"""The federal Schedule service by its published contract, and the federal system that asks others for it (docs/wire/fgis_schedule.md)."""

from sandbox.fgis_schedule.routes import system

__all__ = ["system"]
