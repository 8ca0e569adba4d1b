"""A phone takes the place of another: the former one hears of it and may take it back, the new one gets no secrets for three days (F3)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from hub.deps import Deps
from hub.store import notices
from hub.store.reach import changes
from hub.store.written import texts
from hub.store.written.texts import NewText
from identity.model import PersonId

KIND = "phone_changed"
STOP = "/phone-stop"
TO_FORMER = "School Hub: сообщения теперь идут на другой телефон. Это не вы? Верните свой: {where}, код {code}"
TOLD = (
    "Сообщения по СМС теперь идут на другой телефон. Трое суток пароли, ПИН и коды на него не отправляем. "
    "Если это сделали не вы, нажмите «Вернуть прежний телефон»."
)
PAGE = "/contacts"


def phone_changed(deps: Deps, who: PersonId, *, former: str, value: str, now: datetime) -> None:
    """In the caller's unit, as soon as messages go to `value`; the first phone of a person waits its three days too."""
    code = changes.add(deps.keys, who, former=former, value=value, now=now)
    if code:
        where = urlsplit(deps.settings.public_url).netloc + STOP
        text = TO_FORMER.format(where=where, code=code)
        texts.put(deps.keys, NewText(kind=KIND, about=who, phone=former, text=text, person=who, secret=True, life=changes.QUIET), now=now)
    notices.tell(deps.keys, person=who, kind=KIND, text=TOLD, href=PAGE, now=now)
