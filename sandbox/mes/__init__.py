"""МЭШ: Moscow's school platform with mos.ru before it, and the Moscow region's node of it, as public clients use them."""

from sandbox.mes.routes import system

__all__ = ["system"]
