"""What was spent on food day by day, own money and the benefit, drawn as SVG on the server (ADR 18); the page says the same in words."""

from __future__ import annotations

from typing import Any

import pygal
from babel.dates import format_date
from pygal.style import Style

from hub.flows.views.people.meals import MealsView
from hub.ledger.money import shown
from hub.web.charts import CHILD, HEIGHT, LABELS, WIDTH, WORDS, drawn
from hub.web.words import RU

BENEFIT = "#17683a"


def spent_svg(view: MealsView) -> bytes:
    """A bar a day on which something was paid."""
    days = [one for one in view.days if one.own_kop or one.benefit_kop]
    most = max((one.own_kop + one.benefit_kop for one in days), default=0)
    chart = pygal.StackedBar(
        style=Style(**{**WORDS, "colors": (CHILD, BENEFIT), "opacity": "1"}), js=[], explicit_size=True, width=WIDTH, height=HEIGHT,
        legend_at_bottom=True, legend_at_bottom_columns=2, show_legend=any(one.benefit_kop for one in days), margin=20, margin_right=40,
        margin_bottom=30, show_minor_x_labels=False, truncate_label=-1,
        truncate_legend=-1, no_data_text="В этом месяце покупок нет", y_labels=[0, most / 200, most / 100] if most else None,
    )  # fmt: skip
    chart.uuid = "spent"
    chart.x_labels = [format_date(one.date, "d MMM", locale=RU) for one in days]
    chart.x_labels_major = chart.x_labels[:: max(1, -(-len(days) // LABELS))]
    if days:
        chart.add("Питание", [one.own_kop / 100 or None for one in days], formatter=_roubles)
    if any(one.benefit_kop for one in days):
        chart.add("Льготное питание", [one.benefit_kop / 100 or None for one in days], formatter=_roubles)
    return drawn(chart, value_formatter=_roubles)


def _roubles(value: Any) -> str:
    return "" if value is None else shown(round(float(value) * 100))
