"""What the older `core/api` and the cabinet's reports still answer."""

from __future__ import annotations

from typing import Any, Final

from sandbox.mes.routes.table import Call, Handler
from sandbox.mes.wire import ids


def subjects(call: Call) -> Any:
    return [{"id": ids.subject_id(subject), "name": subject.name, "common_name": subject.name} for subject in call.town.subjects.values()]


OLDER: Final[dict[tuple[str, str], Handler]] = {
    ("GET", "core/api/subjects"): subjects,
}
