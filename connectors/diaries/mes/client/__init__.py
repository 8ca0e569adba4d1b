"""How МЭШ is asked: the ways to a token, the account, and one read of a child's diary."""

from connectors.diaries.mes.client.port import connect

__all__ = ["connect"]
