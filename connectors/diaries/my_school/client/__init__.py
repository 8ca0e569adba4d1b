"""How «Моя школа» is asked: by this hub's registration, for a person who agreed to it."""

from connectors.diaries.my_school.client.port import connect

__all__ = ["connect"]
