"""What people read of devices: their names, what is wrong with one, since when, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from device_ingest.store.troubles import Trouble, TroubleKind
from hub.store.school.devices import DeviceCard, DeviceKind

KINDS: Mapping[DeviceKind, str] = {
    DeviceKind.TURNSTILE: "Турникет",
    DeviceKind.CANTEEN: "Касса столовой",
    DeviceKind.ZKTECO: "Терминал ZKTeco",
    DeviceKind.HIKVISION: "Контроллер Hikvision",
    DeviceKind.KIOSK: "Киоск",
}
_MINUTE, _HOUR = 60, 3600


def name_of(card: DeviceCard) -> str:
    return f"{KINDS[card.kind]} «{card.place}»" if card.place else KINDS[card.kind]


def told(one: Trouble, name: str, zone: str) -> str:
    """For the office: what happened, what it means, what to do."""
    at = clock(one.began_at, one.noticed_at, zone)
    match one.kind:
        case TroubleKind.SILENT:
            return f"{name} молчит с {at}: отсутствие проходов ничего не значит. Проверьте питание и связь."
        case TroubleKind.OFFLINE:
            return f"{name} потерял связь в {at}: пока её нет, проходы не видны. Проверьте питание и сеть."
        case TroubleKind.CLOCK:
            return f"{name}: в {at} часы прыгнули на {span(one.amount or 0)}. Проверьте время на устройстве."
        case TroubleKind.GAP:
            return f"{name}: пропущено событий — {one.amount}. Запросите их у устройства заново."
        case TroubleKind.TWO:
            return f"{name}: часы прыгают туда и обратно, под этим номером, похоже, говорят два устройства. Смените ключ."
        case TroubleKind.UNREAD:
            return f"{name}: запись {at} разобрать не удалось, она отложена под номером {one.amount}. Списание по ней проверьте вручную."


def clock(at: datetime, now: datetime, zone: str) -> str:
    """With its day, where that is another one."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%H:%M}" if there.date() == now.astimezone(ZoneInfo(zone)).date() else f"{there:%H:%M %d.%m}"


def span(seconds: int) -> str:
    """As people say it, with its direction."""
    size = abs(seconds)
    hours, minutes = size // _HOUR, size % _HOUR // _MINUTE
    parts = [f"{hours} ч" if hours else "", f"{minutes} мин" if minutes else "", f"{size} с" if size < _MINUTE else ""]
    return f"{' '.join(part for part in parts if part)} {'вперёд' if seconds >= 0 else 'назад'}"
