"""How ЭлЖур is asked: with the school's key and a token of ninety days."""

from connectors.diaries.eljur.client.port import connect

__all__ = ["connect"]
