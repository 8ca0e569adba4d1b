"""How ruobr is asked: the login and password go with every call."""

from connectors.diaries.ruobr.client.port import connect

__all__ = ["connect"]
