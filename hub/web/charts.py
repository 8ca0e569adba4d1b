"""Progress and absences drawn as SVG on the server (ADR 18); the page shows the same figures as a table."""

from __future__ import annotations

from datetime import date
from math import floor
from typing import Any

import pygal
from babel.dates import format_date
from pygal.style import Style

from hub.flows.show_diary.pages.views import AttendanceView
from hub.flows.views.diary import SubjectProgress
from hub.web.words import ABSENCES, RU, day, number

CHILD, CLASS = "#0d4cd3", "#a35200"
LABELS = 3
WIDTH, HEIGHT = 480, 300
"""Small, so that on a phone its words are still words."""
BAND = "0.16"
KINDS = {
    "absent_unexcused": "#b3261e", "ill": "#0d4cd3", "excused": "#17683a", "late": "#a35200", "exempt": "#5b34b3", "unknown": "#566074",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "background": "#ffffff", "plot_background": "#ffffff", "foreground": "#1d2433", "foreground_strong": "#1d2433",
    "foreground_subtle": "#566074", "guide_stroke_color": "#e6e9f0", "guide_stroke_dasharray": "0",
    "major_guide_stroke_color": "#e6e9f0", "major_guide_stroke_dasharray": "0", "font_family": "system-ui, sans-serif",
    "label_font_size": 15, "major_label_font_size": 15, "legend_font_size": 15, "value_font_size": 15, "transition": "0s",
}  # fmt: skip
STYLE = Style(**WORDS, colors=(CHILD, CLASS), opacity=BAND)


def class_averages(progress: SubjectProgress) -> list[float | None]:
    """The class average, as the platform gives it for the period of each point; None where it gives none."""
    return [_class_average(progress, point.date) for point in progress.points]


def _class_average(progress: SubjectProgress, when: date) -> float | None:
    for average in progress.averages:
        start, end = average.period_info.start, average.period_info.end
        if start and end and start <= when <= end and average.class_average:
            text = average.class_average.replace(",", ".")
            return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None
    return None


def progress_svg(progress: SubjectProgress) -> bytes:
    """The running average after each day with marks, and the class average of each period where the source gives it."""
    days = [_short(point.date, "d MMM") for point in progress.points]
    ours = [point.average for point in progress.points]
    theirs = class_averages(progress)
    lowest = max(1, min([3, *(floor(value) for value in [*ours, *theirs] if value is not None)]))
    chart = pygal.Line(
        style=STYLE, js=[], explicit_size=True, width=WIDTH, height=HEIGHT, legend_at_bottom=True, legend_at_bottom_columns=2, margin=20,
        margin_right=40, margin_bottom=30, range=(lowest, 5), y_labels=list(range(lowest, 6)),
        show_minor_x_labels=False, truncate_label=-1, dots_size=5, no_data_text="Оценок ещё нет",
    )  # fmt: skip
    # A random id would give each drawing another ETag.
    chart.uuid = "progress"
    chart.x_labels = days
    chart.x_labels_major = days[:: max(1, -(-len(days) // LABELS))]
    points = [{"value": point.average, "label": f"{day(point.date)}: {point.value}"} for point in progress.points]
    chart.add("Средний, наш счёт", points, formatter=number, stroke_style={"width": 3})
    if any(value is not None for value in theirs):
        band = {"width": 3, "dasharray": "8, 6"}
        chart.add("Средний по классу", theirs, formatter=number, show_dots=False, fill=True, stroke_style=band)
    return _rendered(chart)


def absences_svg(view: AttendanceView) -> bytes:
    """A bar a month, by kind."""
    colours = tuple(KINDS.get(kind, KINDS["unknown"]) for kind in view.kinds)
    most = max((one.total for one in view.months), default=1)
    chart = pygal.StackedBar(
        style=Style(**{**WORDS, "colors": colours or (CHILD,), "opacity": "1"}), js=[], explicit_size=True, width=WIDTH, height=HEIGHT,
        legend_at_bottom=True, legend_at_bottom_columns=2, margin=20, margin_bottom=20 + 24 * ((len(view.kinds) - 1) // 2),
        no_data_text="Пропусков нет", truncate_legend=-1, truncate_label=-1,
        # The library cannot scale an axis with labels and no series.
        y_labels=list(range(0, most + 1, max(1, -(-most // LABELS)))) if view.kinds else None,
    )  # fmt: skip
    chart.uuid = "attendance"
    chart.x_labels = [_short(one.first, "LLL") for one in view.months if one.first]
    for kind in view.kinds:
        chart.add(ABSENCES[kind], [one.counts.get(kind, 0) or None for one in view.months], formatter=lambda value: str(int(value or 0)))
    return _rendered(chart)


def _short(when: date, pattern: str) -> str:
    text: str = format_date(when, pattern, locale=RU)
    return text


def drawn(chart: Any, **settings: Any) -> bytes:
    """A picture of another page, in the same manner."""
    chart.config(**settings)
    return _rendered(chart)


def _rendered(chart: Any) -> bytes:
    # The library writes a script for its own tooltips, which no page of ours would run.
    chart.add_xml_filter(_without_scripts)
    rendered: bytes = chart.render()
    return rendered


def _without_scripts(root: Any) -> Any:
    for parent in list(root.iter()):
        for child in [one for one in parent if str(one.tag).endswith("script")]:
            parent.remove(child)
    return root
