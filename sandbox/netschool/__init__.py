"""«Сетевой город. Образование»: the `/webapi` of one region's server, as public clients use it, with the reports behind a SignalR hub."""

from sandbox.netschool.routes import system

__all__ = ["system"]
