"""The sandbox's clock: real time plus an offset that people and tests set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# The years that a town can be built in, with room on both sides for birth dates and for what is still to come.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def real_now() -> datetime:
    return datetime.now(UTC)


def start_number() -> int:
    """Real seconds since November 2023: numbers that begin with it meet none of an earlier start, which a hub may remember."""
    return int(real_now().timestamp()) - 1_700_000_000


class Clock:
    """Ticks from wherever it was set; every time that the sandbox shows or checks comes from `now()`, aware UTC."""

    def __init__(self, start: datetime | Callable[[], datetime] | None = None) -> None:
        self._source = start if callable(start) else real_now
        self._offset = timedelta()
        self._initial = timedelta()
        if isinstance(start, datetime):
            self.set(start)
            self._initial = self._offset

    def now(self) -> datetime:
        return self._source() + self._offset

    @property
    def offset_s(self) -> float:
        return self._offset.total_seconds()

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("the clock wants a time with an offset from UTC")
        self._stand(now.astimezone(UTC) - self._source())

    def shift(self, offset_s: float) -> None:
        """Stand `offset_s` seconds from real time; `OverflowError` or `ValueError` where no such time exists."""
        self._stand(timedelta(seconds=offset_s))

    def _stand(self, offset: timedelta) -> None:
        if not EARLIEST <= self._source() + offset <= LATEST:
            raise ValueError("no town stands in that year")
        self._offset = offset

    def real(self) -> None:
        self._offset = timedelta()
