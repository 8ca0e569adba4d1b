"""How NetSchool is asked: a salted password once, then the token and the cookies of the session."""

from connectors.diaries.netschool.client.port import connect

__all__ = ["connect"]
