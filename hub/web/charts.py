"""Progress drawn as SVG on the server (ADR 18); the page shows the same figures as a table."""

from __future__ import annotations

from datetime import date

import pygal
from pygal.style import Style

from hub.flows.views.diary import SubjectProgress
from hub.web.words import day, number

CHILD, CLASS = "#0d4cd3", "#8a4b00"
STYLE = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#1d2433", foreground_strong="#1d2433", foreground_subtle="#566074",
    colors=(CHILD, CLASS), font_family="system-ui, sans-serif", label_font_size=13, major_label_font_size=13, legend_font_size=14,
    value_font_size=13, opacity=".9", transition="0s",
)  # fmt: skip


def class_average(progress: SubjectProgress) -> float | None:
    """The latest class average that the platform gave as a number; comma decimals are read."""
    for average in reversed(progress.averages):
        text = (average.class_average or "").replace(",", ".")
        if text.replace(".", "", 1).isdigit():
            return float(text)
    return None


def progress_svg(progress: SubjectProgress) -> bytes:
    """The running average after each day with marks, and the class average as a level line where the source gives it."""
    days: list[date] = [point.date for point in progress.points]
    chart = pygal.Line(
        style=STYLE, js=[], explicit_size=True, width=800, height=360, show_legend=True, legend_at_bottom=True, legend_at_bottom_columns=2,
        range=(1, 5), y_labels=[1, 2, 3, 4, 5], x_label_rotation=0, truncate_label=-1, show_minor_x_labels=False, dots_size=4,
        stroke_style={"width": 3}, no_data_text="Оценок ещё нет", disable_xml_declaration=False, pretty_print=False,
    )  # fmt: skip
    # A random id would give each drawing another ETag.
    chart.uuid = "progress"
    chart.x_labels = [day(value) for value in days]
    step = max(1, len(days) // 5)
    chart.x_labels_major = [day(value) for value in days[::step]]
    chart.add("Средний, наш счёт", [{"value": point.average, "label": point.value} for point in progress.points], formatter=number)
    level = class_average(progress)
    if level is not None:
        chart.add(
            "Средний по классу", [level] * len(days), formatter=number, show_dots=False, stroke_style={"width": 2, "dasharray": "6, 5"}
        )
    rendered: bytes = chart.render()
    return rendered
