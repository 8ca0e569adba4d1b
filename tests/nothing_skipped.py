"""A pytest plugin: skipped tests are summed up by reason; with HUB_TEST_NOTHING_SKIPPED those that lack something fail instead.

`.ci/run` sets it after it installed PostgreSQL, Chromium and the GOST engine. What does not apply (a connector without that datum,
a real stand that nobody named) may be skipped anywhere: those tests say so with `not_applicable`.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, NoReturn

import pytest

VARIABLE = "HUB_TEST_NOTHING_SKIPPED"
NOT_APPLICABLE = "not applicable: "


def not_applicable(reason: str) -> NoReturn:
    """Skips a test that has nothing to ask here, whatever is installed."""
    __tracebackhide__ = True
    pytest.skip(f"{NOT_APPLICABLE}{reason}")


def _why(report: Any) -> tuple[str, int, str]:
    place, line, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
    return place, line, reason.removeprefix("Skipped: ")


def fail_if_skipped(report: Any) -> None:
    """Makes a failure of a report that says "skipped" for want of something."""
    if not os.environ.get(VARIABLE) or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    place, line, reason = _why(report)
    if not reason.startswith(NOT_APPLICABLE):
        report.outcome = "failed"
        report.longrepr = f"{place}:{line}: skipped, although {VARIABLE} is set: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Any:
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    report = yield
    fail_if_skipped(report)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line a reason: a machine without PostgreSQL skips some hundred tests for the same one."""
    reasons = Counter(_why(report)[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"SKIPPED {count}: {reason}", yellow=True)
