"""What an outside system's failure means for the person who waits for it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from connectors.kit import errors as outside
from hub.errors.problem import Problem

OUTSIDE: Mapping[type[outside.ConnectorError], tuple[int, str, str]] = {
    outside.Unavailable: (503, "{system} не отвечает", "Сейчас эта система недоступна. Попробуйте через минуту: у нас ничего не потеряно."),
    outside.TimedOut: (504, "{system} отвечает слишком долго", "Попробуйте через минуту: у нас ничего не потеряно."),
    outside.RateLimited: (429, "{system} просит подождать", "Слишком много запросов к этой системе. Повторите позже."),
    outside.AuthExpired: (409, "{system} просит войти ещё раз", "Вход устарел или уже использован. Начните его заново."),
    outside.AccessDenied: (403, "{system} не даёт доступа", "Разрешите доступ при входе или войдите под другой учётной записью."),
    outside.NotFound: (404, "{system} ничего не нашла", "Проверьте, та ли это учётная запись."),
    outside.Rejected: (422, "{system} отказала", "Проверьте данные и повторите."),
    outside.Drifted: (502, "{system} ответила непонятно", "Формат ответа изменился. Мы уже видим это; попробуйте позже."),
}

TITLES = {
    "esia": "Система Госуслуг", "dnevnik": "Система Дневник.ру", "vkapi": "Система VK", "vkid": "Система VK ID",
    "digital-school": "Система «Цифровая школа»", "eljur": "Система ЭлЖур", "epgu": "Система Госуслуг",
    "fgis": "Система федерального расписания", "iv-edu": "Система дневников Ивановской области", "kiasuo": "Система КИАСУО",
    "max": "Система MAX", "mes": "Система МЭШ", "mes-mo": "Система Школьного портала Подмосковья", "netschool": "Система «Сетевой город»",
    "my-school": "Система «Моя школа»", "petersburg": "Система «Петербургское образование»", "ruobr": "Система «Электронная школа 2.0»",
}  # fmt: skip
_PLAIN = re.compile(r"[А-Яа-яЁё]{3,}")


def failed(error: outside.ConnectorError) -> Problem:
    status, title, detail = next(row for kind, row in OUTSIDE.items() if isinstance(error, kind))
    said = getattr(error, "text", "") or error.detail
    after_s = getattr(error, "after_s", None)
    more: dict[str, object] = {"system": error.system}
    if isinstance(error, outside.Rejected) and error.reason:
        more["code"] = error.reason
    return Problem(
        status=status,
        slug=error.code,
        title=title.format(system=TITLES.get(error.system, f"Система {error.system}")),
        # A connector that knows better says it in Russian; a technical word stays inside.
        detail=said if _PLAIN.search(said) else detail,
        retry_after_s=None if after_s is None else max(1, math.ceil(after_s)),
        more=more,
    )
