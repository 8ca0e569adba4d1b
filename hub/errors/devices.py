"""What a device hears when its message is not taken as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from device_ingest import errors as ingest
from hub.errors.problem import Problem

_NOT_TAKEN: Mapping[type[ingest.IngestError], tuple[int, str, str, str]] = {
    ingest.Unreadable: (400, "unreadable", "Тело не читается", "Нужны события CloudEvents 1.0 в JSON или NDJSON; ничего не записано."),
    ingest.WrongMediaType: (415, "media_type", "Такой формат не принимаем", "Подойдут CloudEvents 1.0 и NDJSON; сжатие gzip или deflate."),
    ingest.TooLarge: (413, "too_large", "Слишком много за раз", "До 1000 событий и до 1 МиБ, и после распаковки; отправьте частями."),
}
_DISTRUST = {
    ingest.Distrust.CLOCK: "Часы устройства сбились: возьмите время из server_time и подпишите заново. События не устарели.",
    ingest.Distrust.REPLAY: "Это сообщение уже принято: подпишите следующее с новым nonce.",
    ingest.Distrust.DIGEST: "Тело изменили по дороге: оно не сходится с Content-Digest.",
    ingest.Distrust.REVOKED: "Школа отозвала это устройство.",
    ingest.Distrust.NETWORK: "Устройство без подписи слушаем только из сети школы.",
}
_FORBIDDEN = (ingest.Distrust.REVOKED, ingest.Distrust.NETWORK)


def not_taken(error: ingest.IngestError) -> Problem:
    if isinstance(error, ingest.Untrusted):
        said = _DISTRUST.get(error.reason, "Проверьте ключ, способ подписи и ?device= этого устройства.")
        more = {"reason": error.reason.value, "server_time": error.server_time}
        status = 403 if error.reason in _FORBIDDEN else 401
        return Problem(status=status, slug="untrusted", title="Отправитель не подтверждён", detail=said, more=more)
    status, slug, title, detail = next(row for kind, row in _NOT_TAKEN.items() if isinstance(error, kind))
    return Problem(status=status, slug=slug, title=title, detail=detail, more={"reason": str(error)} if str(error) else {})
