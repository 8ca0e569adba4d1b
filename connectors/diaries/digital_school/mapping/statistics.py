"""«Статистика» of the cabinet's first page: seven values of the child's own, any of which may be «нет данных»."""

from __future__ import annotations

from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import Frame, said, words
from connectors.kit.statistics import Change, Figure

_TITLES = {
    "school_rating": "Рейтинг в школе",
    "krai_rating": "Рейтинг в крае",
    "quality": "Качество знаний, %",
    "ege": "Готовность к ЕГЭ, %",
    "missed": "Пропущено уроков",
    "missed_without_reason": "Из них без уважительной причины (НУП)",
}
_CHANGES = {"вверх": Change.UP, "вниз": Change.DOWN, "без изменений": Change.NONE}


def statistics(frame: Frame, answer: wire.Answer[wire.Stats]) -> tuple[Figure, ...]:
    """A value is the cabinet's own text; the envelope says when the school last sent its data."""
    told_at = frame.maybe_moment(answer.updated, "$.updated")
    change = _CHANGES.get(said(answer.data.krai_change).casefold())
    return tuple(
        Figure(
            origin=frame.origin(name),
            name=name,
            title=title,
            place=place,
            value=words(getattr(answer.data, name)) or None,
            change=change if name == "krai_rating" else None,
            told_at=told_at,
        )
        for place, (name, title) in enumerate(_TITLES.items())
    )
