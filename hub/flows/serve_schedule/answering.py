"""One question of a registered system: who asks, about whom, and the answer from copies, noted in the child's log before it is given."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

from connectors.kit.ports import Window
from connectors.kit.serving import BadRequest, ScheduleAsked, ServedSchedule
from hub.deps import Deps
from hub.flows.serve_schedule.gathering import gather, weeks_around
from hub.flows.serve_schedule.pupils import find_pupil
from hub.flows.serve_schedule.tokens import Shown, shown
from hub.store.outputs import fgis
from hub.store.outputs.fgis import Client
from identity.model import ActorKind
from identity.store import record_access

CONTRACT = "fgis_schedule"
PAGE = "fgis.schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`tag` is the ETag of a good answer; `challenge` goes into WWW-Authenticate."""

    status: int
    body: bytes = b""
    tag: str = ""
    challenge: str = ""
    after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`certificate` is the SHA-256 of what the client proved itself with at the proxy; `known` are the ETags that the asker holds."""

    subject: str
    query: bytes
    token: str = ""
    certificate: str = ""
    known: frozenset[str] = frozenset()
    request_id: str = ""


async def serve_schedule(deps: Deps, question: Question) -> Answer:
    """Never asks outside: a stranger's request spends no family's token, budget or time."""
    server = deps.servers[CONTRACT]
    refused = partial(refusal, deps, request_id=question.request_id)
    if not question.token and not question.certificate:
        return refused(401, "login", "Нужен токен: получите его по адресу /fgis/token", challenge="Bearer")
    asker = await deps.db.read(lambda: _asker(deps, question))
    if asker.withdrawn:
        return refused(403, "forbidden", "Регистрация системы отозвана: обратитесь к оператору сервиса")
    client = asker.client
    if client is None:
        return refused(401, "expired", "Токен не действует: получите новый", challenge='Bearer error="invalid_token"')
    if not deps.memory.fgis_reads.take(client.id):
        return refused(429, "throttled", "Слишком много запросов", after_s=deps.memory.fgis_reads.wait_s(client.id))
    try:
        asked = server.asked(question.subject, question.query)
    except BadRequest as error:
        return refused(400, "structure", str(error))
    found = await _found(deps, client, asked)
    if found is None:
        return refused(404, "not-found", "Расписание не найдено")
    tag = f'"{hashlib.sha256(server.unchanging(found)).hexdigest()[:32]}"'
    if question.known & {tag, "*"}:
        return Answer(status=304, tag=tag)
    return Answer(status=200, body=server.answer(found), tag=tag)


def _asker(deps: Deps, question: Question) -> Shown:
    """A token where there is one; a certificate alone is as good."""
    if question.token:
        return shown(deps.keys, question.token, now=deps.now())
    return Shown(client=fgis.by_certificate(question.certificate))


async def _found(deps: Deps, client: Client, asked: ScheduleAsked) -> ServedSchedule | None:
    now = deps.now()

    def read() -> ServedSchedule | None:
        pupil = find_pupil(deps.keys, client, asked.subject, now=now)
        if pupil is None:
            return None
        window = weeks_around(now, pupil.school.zone)
        if asked.start is not None and asked.end is not None:
            window = Window(start=asked.start, end=asked.end)
        return gather(deps.keys, pupil, asked.subject, window, url=deps.settings.public_url, now=now)

    def note() -> bool:
        """On disk before anything is shown; what ended while the copies were read ends the answer too."""
        pupil = find_pupil(deps.keys, client, asked.subject, now=now)
        if pupil is None:
            return False
        record_access(
            deps.keys,
            actor=client.id,
            actor_kind=ActorKind.APP,
            subject=pupil.id,
            page=PAGE,
            parts={"name": client.name, "post": "внешняя система"},
            now=now,
        )
        return True

    served = await deps.db.read(read)
    return served if served is not None and await deps.db.write(note) else None


def refusal(deps: Deps, status: int, code: str, details: str, *, challenge: str = "", after_s: float = 0.0, request_id: str = "") -> Answer:
    """An error in the contract's own document."""
    return Answer(status=status, body=deps.servers[CONTRACT].outcome(code, details, id=request_id), challenge=challenge, after_s=after_s)
