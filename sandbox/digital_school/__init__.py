"""The Khabarovsk cabinet «Цифровая школа» in School Hub's house format (docs/wire/digital_school.md)."""

from sandbox.digital_school.routes import system

__all__ = ["system"]
