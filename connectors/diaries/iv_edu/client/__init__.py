"""How the Ivanovo cabinet is asked: a session of one child, opened by SNILS and diary password."""

from connectors.diaries.iv_edu.client.port import connect

__all__ = ["connect"]
