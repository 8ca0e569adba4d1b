"""How slow a system was within the last hour, as a small SVG (ADR 18)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pygal

from connectors.kit.health import BUCKET_S
from hub.flows.console.systems import HOUR_S, spell_marks
from hub.flows.views.console import SystemRow
from hub.web.charts import STYLE

WIDTH, HEIGHT = 240, 44


def latency_svg(row: SystemRow, at: datetime) -> bytes:
    """Twelve stretches of five minutes; a gap where nothing was asked."""
    chart = pygal.Line(
        style=STYLE, js=[], explicit_size=True, width=WIDTH, height=HEIGHT, margin=4, spacing=0, show_legend=False, show_x_labels=False,
        show_y_labels=False, show_x_guides=False, show_y_guides=False, show_minor_y_labels=False, dots_size=3, range=(0, _top(row)),
        no_data_text="", allow_interruptions=True,
    )  # fmt: skip
    chart.x_labels = [""] * (HOUR_S // BUCKET_S)
    chart.uuid = f"latency-{row.system}"
    chart.add("", [None if point is None else point.p95_ms for point in spell_marks(row, at)], stroke_style={"width": 2})
    chart.add_xml_filter(_without_scripts)
    rendered: bytes = chart.render()
    return rendered


def _top(row: SystemRow) -> int:
    return max([100, *(point.p95_ms or 0 for point in row.points)])


def _without_scripts(root: Any) -> Any:
    for parent in list(root.iter()):
        for child in [one for one in parent if str(one.tag).endswith("script")]:
            parent.remove(child)
    return root
