"""How КИАСУО is asked: a bearer token of one hour, and a refresh token that is good once."""

from connectors.diaries.kiasuo.client.port import connect

__all__ = ["connect"]
