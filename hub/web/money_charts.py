"""What was left day by day, and what it went for, drawn as SVG on the server (ADR 18); the page shows the same figures as words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pygal
from babel.dates import format_date
from pygal.style import Style

from hub.flows.views.money import MonthPage
from hub.flows.views.paying.turnover import TurnoverView
from hub.ledger.money import shown
from hub.web.charts import CHILD, HEIGHT, LABELS, WIDTH, WORDS, drawn
from hub.web.words import RU

CAME = "#17683a"


def balance_svg(view: MonthPage) -> bytes:
    """A step a day: money does not move between two of them."""
    chart = pygal.Line(
        style=Style(**WORDS, colors=(CHILD,), opacity="0.16"), js=[], explicit_size=True, width=WIDTH, height=HEIGHT, show_legend=False,
        fill=True, margin=20, margin_right=40, show_minor_x_labels=False, truncate_label=-1, dots_size=3, no_data_text="Движений ещё нет",
        include_x_axis=True,
    )  # fmt: skip
    chart.uuid = "balance"
    chart.x_labels = [_short(one.day) for one in view.days]
    chart.x_labels_major = chart.x_labels[:: max(1, -(-len(view.days) // LABELS))]
    chart.add("Остаток", [one.closing_kop / 100 for one in view.days], formatter=_roubles, stroke_style={"width": 3})
    return drawn(chart, value_formatter=_roubles)


def kinds_svg(view: MonthPage) -> bytes:
    """A bar a kind: what came in one colour, what went in another."""
    chart = pygal.HorizontalBar(
        style=Style(**{**WORDS, "colors": (CAME, CHILD), "opacity": "1"}), js=[], explicit_size=True, width=WIDTH,
        height=120 + 44 * len(view.kinds), legend_at_bottom=True, legend_at_bottom_columns=2, margin=20, margin_right=40,
        no_data_text="Движений ещё нет", truncate_label=-1, include_x_axis=True,
        y_labels=[0, max((abs(one.amount_kop) for one in view.kinds), default=100) / 100],
    )  # fmt: skip
    chart.uuid = "kinds"
    chart.x_labels = [one.title for one in view.kinds]
    chart.add("Пришло", [one.amount_kop / 100 if one.amount_kop > 0 else None for one in view.kinds], formatter=_roubles)
    chart.add("Ушло", [-one.amount_kop / 100 if one.amount_kop < 0 else None for one in view.kinds], formatter=_roubles)
    return drawn(chart, value_formatter=_roubles)


def days_svg(view: TurnoverView) -> bytes:
    """Two bars a day: what came and what went, of all accounts that the page tells of."""
    chart = pygal.Bar(
        style=Style(**{**WORDS, "colors": (CAME, CHILD), "opacity": "1"}), js=[], explicit_size=True, width=WIDTH, height=HEIGHT,
        legend_at_bottom=True, legend_at_bottom_columns=2, margin=20, margin_right=40, show_minor_x_labels=False, truncate_label=-1,
        no_data_text="Движений ещё нет", include_x_axis=True,
    )  # fmt: skip
    chart.uuid = "days"
    chart.x_labels = [_short(one.day) for one in view.days]
    chart.x_labels_major = chart.x_labels[:: max(1, -(-len(view.days) // LABELS))]
    chart.add("Пришло", [one.came_kop / 100 for one in view.days], formatter=_roubles)
    chart.add("Ушло", [-one.went_kop / 100 for one in view.days], formatter=_roubles)
    return drawn(chart, value_formatter=_roubles)


def _roubles(value: Any) -> str:
    return "" if value is None else shown(round(float(value) * 100))


def _short(day: date) -> str:
    text: str = format_date(day, "d MMM", locale=RU)
    return text
