"""«Проиграть школьный день»: what the form offers, and what a person's choice asks of the player."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date

from sandbox.devices.state.day import last_day

if TYPE_CHECKING:
    from sandbox.devices.playing.plays import Plays
    from sandbox.system import Sandbox

SPEEDS: Final = (("0", "сразу"), ("600", "день за минуту"), ("60", "в 60 раз быстрее"), ("1", "как идут часы города"))
FAULTS: Final = (("duplicates", "повторы"), ("late", "поздние пачки"), ("wrong_clock", "неверные часы"), ("offline_s", "час без связи"))


def form_of(sandbox: Sandbox) -> dict[str, Any] | None:
    """None in a sandbox without devices."""
    plays: Plays | None = sandbox.shared.get("devices")
    if plays is None:
        return None
    town = sandbox.town
    return {
        "schools": [(one.id, f"{one.short_name} ({one.city})") for one in town.schools.values()],
        "day": next((day for one in town.schools.values() if (day := last_day(town, one))), None),
        "speeds": SPEEDS,
        "faults": FAULTS,
        "known": bool(plays.hubs.all),
        "running": sum(one.state == "running" for one in plays.all.values()),
    }


def asked(form: Mapping[str, str]) -> dict[str, Any]:
    """As the control call has it; an empty day is the last one that is over."""
    speed = form.get("speed", "0")
    return {
        "school": form.get("school"),
        "speed": float(speed) if speed.isascii() and speed.isdecimal() else speed,
        "faults": {name: True for name, _ in FAULTS if form.get(name)},
        **({"day": form["day"]} if form.get("day") else {}),
    }


def in_words(shown: Mapping[str, Any], school: str, day: Any) -> dict[str, Any]:
    """A run as a person reads it."""
    verdicts, taken = shown["verdicts"], shown["verdicts"].get("taken", 0)
    words = (
        (verdicts["stored"], "записано"),
        (taken, "принято без ответа по каждому"),
        (verdicts["duplicate"], "повторов узнано"),
        (verdicts["quarantined"], "отложено: время невозможно"),
        (verdicts["conflict"], "отложено: другое содержание"),
        (verdicts["rejected"] + shown["refused"], "отклонено"),
        (shown["lost"], "потеряно"),
        (shown["ahead"], "ещё не случилось"),
    )
    return {
        "title": f"{school}, {format_date(day, 'd MMMM y', locale='ru')}",
        "state": {"running": "идёт", "done": "сыгран", "stopped": "остановлен"}[shown["state"]],
        "counts": [f"{word}: {count}" for count, word in words if count],
        **{name: shown[name] for name in ("id", "done", "sent", "planned", "left", "retries", "resigned", "resent", "seconds")},
        "trouble": shown.get("trouble", ""),
    }
