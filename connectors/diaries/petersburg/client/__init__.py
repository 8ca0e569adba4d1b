"""How the portal is asked: a sign-in by e-mail and password, then one cookie with every call."""

from connectors.diaries.petersburg.client.port import connect

__all__ = ["connect"]
