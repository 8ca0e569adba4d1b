"""Both nodes together, and what families did: homework ticked off, absences told, settings of the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sandbox.mes.state.mos_ru import MosRu
from sandbox.mes.state.portal import Portal
from sandbox.mes.state.tokens import Tokens

ID: Final = "mes"
DEFAULTS: Final = {"go_to_web": False, "trust_page": True, "one_session": False, "old_hosts_closed": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One instance of the platform: whose accounts it knows, and on which of its prefixes a call came."""

    id: str
    prefix: str

    @property
    def has_calendar(self) -> bool:
        """The region's event calendar lies on its own host."""
        return self.prefix != "mes-mo"

    @property
    def is_moscow(self) -> bool:
        return self.id == "mes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A family's word that the child will not come on a day."""

    day: date
    reason: int
    description: str
    author: int


@dataclass(slots=True, kw_only=True)
class State:
    tokens: Tokens = field(default_factory=Tokens)
    mos_ru: MosRu = field(default_factory=MosRu)
    portal: Portal = field(default_factory=Portal)
    switches: dict[str, bool] = field(default_factory=lambda: dict(DEFAULTS))
    done: set[int] = field(default_factory=set)
    notices: dict[str, dict[date, Notice]] = field(default_factory=dict)
    settings: dict[tuple[str, str], Any] = field(default_factory=dict)

    def reset(self) -> None:
        self.tokens.reset()
        self.mos_ru.reset()
        self.portal.reset()
        self.switches = dict(DEFAULTS)
        self.done.clear()
        self.notices.clear()
        self.settings.clear()
