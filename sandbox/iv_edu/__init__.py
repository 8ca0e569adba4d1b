"""The Ivanovo cabinet service.iv-edu.ru in School Hub's house format (docs/wire/iv_edu.md)."""

from sandbox.iv_edu.routes import system

__all__ = ["system"]
