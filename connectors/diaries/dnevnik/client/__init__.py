"""How dnevnik.ru is asked: sign-in, the account, and one read of a child's diary."""

from connectors.diaries.dnevnik.client.port import connect

__all__ = ["connect"]
