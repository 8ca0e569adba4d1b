"""How the Khabarovsk cabinet is asked: a code once, then account and password for a session."""

from connectors.diaries.digital_school.client.port import connect

__all__ = ["connect"]
