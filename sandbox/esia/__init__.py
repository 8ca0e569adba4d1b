"""Gosuslugi (ESIA): both dialects of its OAuth 2, its tokens and its REST of persons."""

from sandbox.esia.routes import system

__all__ = ["system"]
