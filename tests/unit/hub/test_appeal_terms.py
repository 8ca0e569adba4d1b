"""Until when a school answers: working days on its own clock, the country's days off left out."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.flows.appeals.rules import KINDS, LAST_MINUTE, checked_about, due
from hub.flows.refusals import Refused
from hub.regions.help_desks import help_desks
from hub.store.written.appeals import About

OMSK = ZoneInfo("Asia/Omsk")


@pytest.mark.feature("F106")
@pytest.mark.parametrize(
    ("sent", "days", "until"),
    [
        ("2026-11-18T15:00", 3, "2026-11-23"),  # a Wednesday: Thursday, Friday, Monday
        ("2026-11-20T23:59", 1, "2026-11-23"),  # a Friday evening: Monday
        ("2026-11-21T10:00", 1, "2026-11-23"),  # a Saturday: Monday
        ("2026-11-03T10:00", 1, "2026-11-05"),  # the fourth of November is a day off
        ("2026-12-31T10:00", 2, "2027-01-12"),  # after the New Year's days: Monday and Tuesday
    ],
)
def test_the_term_ends_with_the_last_working_day(sent: str, days: int, until: str) -> None:
    found = due(datetime.fromisoformat(sent).replace(tzinfo=OMSK), "Asia/Omsk", days, help_desks().holiday)
    assert found == datetime.combine(date.fromisoformat(until), LAST_MINUTE, OMSK)


def test_the_day_is_the_schools_own() -> None:
    late = datetime.fromisoformat("2026-11-18T22:30+00:00")  # already Thursday in Omsk
    assert due(late, "Asia/Omsk", 1, help_desks().holiday) == datetime(2026, 11, 20, 23, 59, tzinfo=OMSK)


def test_every_kind_has_a_term() -> None:
    assert all(kind.days > 0 and kind.title for kind in KINDS.values())


@pytest.mark.parametrize(
    "about",
    [
        About(kind="gossip"), About(id="x" * 201), About(title="x" * 201), About(href="https://evil.example/"),
        About(href="/children/other/diary"), About(href="//evil.example"),
    ],
)  # fmt: skip
def test_a_datum_that_is_not_this_childs_is_refused(about: About) -> None:
    with pytest.raises(Refused):
        checked_about(about, "petya")
