"""«Петербургское образование»: the API of dnevnik2.petersburgedu.ru as public clients use it (docs/wire/petersburg.md)."""

from sandbox.petersburg.routes import system

__all__ = ["system"]
