"""Times of two regions on one page: «08:12 (по Красноярску, +4)» where the school's clock is not the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.web.words import zone_name

BY: Mapping[str, str] = MappingProxyType(
    {
        "Europe/Kaliningrad": "Калининграду", "Europe/Moscow": "Москве", "Europe/Simferopol": "Симферополю", "Europe/Kirov": "Кирову",
        "Europe/Volgograd": "Волгограду", "Europe/Astrakhan": "Астрахани", "Europe/Saratov": "Саратову", "Europe/Samara": "Самаре",
        "Europe/Ulyanovsk": "Ульяновску", "Asia/Yekaterinburg": "Екатеринбургу", "Asia/Omsk": "Омску", "Asia/Novosibirsk": "Новосибирску",
        "Asia/Barnaul": "Барнаулу", "Asia/Tomsk": "Томску", "Asia/Novokuznetsk": "Новокузнецку", "Asia/Krasnoyarsk": "Красноярску",
        "Asia/Irkutsk": "Иркутску", "Asia/Chita": "Чите", "Asia/Yakutsk": "Якутску", "Asia/Khandyga": "Хандыге",
        "Asia/Vladivostok": "Владивостоку", "Asia/Ust-Nera": "Усть-Нере", "Asia/Magadan": "Магадану", "Asia/Sakhalin": "Сахалину",
        "Asia/Srednekolymsk": "Среднеколымску", "Asia/Kamchatka": "Камчатке", "Asia/Anadyr": "Анадырю",
    }
)  # fmt: skip
"""The city's dative, which no library has."""


def there(at: datetime, zone: str, own: str) -> str:
    """Empty where both clocks show the same."""
    ahead = _offset_h(at, zone) - _offset_h(at, own)
    if not ahead:
        return ""
    city = f"по {BY[zone]}" if zone in BY else f"время: {zone_name(zone)}"
    return f" ({city}, {f'{ahead:+.2f}'.rstrip('0').rstrip('.').replace('-', '−')})"


def _offset_h(at: datetime, zone: str) -> float:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None, "an IANA zone has an offset at any time"
    return offset.total_seconds() / 3600
