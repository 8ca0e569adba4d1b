"""A diary that never answers, on however busy a machine: its questions end by the clock almost at once, those to the others never."""

from __future__ import annotations

import pytest

from connectors.kit.errors import ConnectorError
from connectors.kit.ports import DiaryPort
from hub.deps import Deps
from hub.flows.show_diary import sources
from hub.flows.show_diary.ask import Answer, Question

AT_ONCE_S, PATIENT_S = 0.05, 60.0


def short_of(monkeypatch: pytest.MonkeyPatch, *systems: str) -> None:
    """Who asks these systems has hardly any time; what the product allows otherwise is as `tests/conftest.py` sets it."""
    within = sources._within

    async def limited(deps: Deps, port: DiaryPort, question: Question, limit_s: float) -> Answer | ConnectorError:
        return await within(deps, port, question, limit_s if port.name in systems else PATIENT_S)

    for name in ("FORCED_S", "WITH_A_COPY_S"):
        monkeypatch.setattr(sources, name, AT_ONCE_S)
    monkeypatch.setattr(sources, "_within", limited)
