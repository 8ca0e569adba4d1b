"""How the federal Schedule is asked: by this hub's own registration, a pupil at a time."""

from connectors.diaries.fgis_schedule.client.port import connect

__all__ = ["connect"]
