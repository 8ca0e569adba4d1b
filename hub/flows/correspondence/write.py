"""A letter to the school: checked, claimed, sent once. What nobody can know is said as it is, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.kit.calls.breaker import Paused
from connectors.kit.correspondence import Letter
from connectors.kit.errors import ConnectorError, Drifted, TimedOut, Unavailable
from hub.deps import Deps
from hub.flows.correspondence.boxes import Box, boxes_of, chosen, found_in
from hub.flows.reach_diary import live, reach
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.correspondence import LetterView, Outcome
from hub.store.sessions import Visitor
from hub.store.written import letters
from hub.store.written.letters import LetterState, Written
from identity.model import ActorKind, PersonId
from identity.store import record_change

MOST_SUBJECT, MOST_TEXT, MOST_PEOPLE, MOST_FORM = 200, 5000, 20, 200
NOBODY_KNOWS = (TimedOut, Unavailable, Drifted)
"""After these the letter may have arrived: the diary heard it, or it did not."""

OTHER_LETTER = "С этой страницы уже отправляли другое письмо. Это ещё не ушло: проверьте его и нажмите «Отправить» ещё раз."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """As the person typed it. `form` names the form: the same one once more sends nothing. `reply_to` is a letter's id of ours."""

    form: str
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    recipients: Sequence[str] = ()
    reply_to: str | None = None
    source: str | None = None


async def send_letter(deps: Deps, visitor: Visitor, child: str, letter: NewLetter) -> LetterView:
    """Raises one of the eight when it surely did not go; the text stays and may be sent by the same form."""
    boxes = await boxes_of(deps, visitor, child)
    box, body = _read(boxes, letter)
    id_ = letters.id_of(deps.keys, visitor.person, letter.form)
    async with deps.memory.locks.of(("letter", id_)):
        outcome = await _once(deps, visitor, child, box, id_, body)
    return LetterView(state=outcome, system=box.link.system, title=box.title, source=box.link.id)


def _read(boxes: Sequence[Box], letter: NewLetter) -> tuple[Box, Written]:
    text, subject = letter.text.replace("\r\n", "\n").strip(), " ".join(letter.subject.split())
    if not letter.form or len(letter.form) > MOST_FORM:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отправьте ещё раз.")
    if not text:
        raise Refused(Reason.MALFORMED, "Напишите текст сообщения.")
    if len(text) > MOST_TEXT or len(subject) > MOST_SUBJECT:
        raise Refused(Reason.MALFORMED, f"Текст не длиннее {MOST_TEXT} знаков, тема не длиннее {MOST_SUBJECT}.")
    if letter.reply_to is not None:
        box, source_id = found_in(boxes, letter.reply_to)
        return box, Written(subject=subject, text=text, reply_to=source_id)
    box, people = chosen(boxes, letter.source), tuple(dict.fromkeys(letter.recipients))
    if not subject:
        raise Refused(Reason.MALFORMED, "Напишите тему: по ней учитель поймёт, о чём письмо.")
    if not 1 <= len(people) <= MOST_PEOPLE:
        raise Refused(Reason.MALFORMED, f"Выберите, кому отправить: от одного человека до {MOST_PEOPLE}.")
    return box, Written(subject=subject, text=text, recipients=people)


async def _once(deps: Deps, visitor: Visitor, child: str, box: Box, id_: str, body: Written) -> Outcome:
    now = deps.now()
    known = await deps.db.read(lambda: letters.find(deps.keys, id_, now=now))
    if known is None or known.state is LetterState.FAILED:
        if body.reply_to is None:
            offered = {one.key for one in await live(reach(deps, box.port, box.link.id, child, box.port.recipients))}
            if not set(body.recipients) <= offered:
                raise Refused(Reason.MALFORMED, "Этому человеку отсюда не написать: выберите из списка.")
        known = await deps.db.write(
            lambda: letters.claim(deps.keys, id_, person=visitor.person, child=child, link=box.link.id, body=body, now=now)
        )
    if known is not None:
        if known.said not in (None, letters.said_of(deps.keys, child=child, link=box.link.id, body=body)):
            # A step back in the browser, other words, and the button again: these words went nowhere, and it is said so.
            raise Refused(Reason.REPEAT_OTHER, OTHER_LETTER)
        if known.state is LetterState.SENDING:
            raise Refused(Reason.REPEAT_RUNNING, after_s=1)
        return Outcome.SENT if known.state is LetterState.SENT else Outcome.UNKNOWN
    return await _send(deps, visitor, child, box, id_, body)


async def _send(deps: Deps, visitor: Visitor, child: str, box: Box, id_: str, body: Written) -> Outcome:
    letter = Letter(subject=body.subject, text=body.text, recipients=body.recipients, reply_to=body.reply_to)
    try:
        await reach(deps, box.port, box.link.id, child, lambda access, pupil: box.port.send(access, pupil, letter))
    except Paused as error:
        # Nothing was asked: the diary had failed so often that it is left alone for a while.
        code = error.code
        await deps.db.write(lambda: letters.settle(id_, LetterState.FAILED, error=code))
        raise
    except NOBODY_KNOWS as error:
        code = error.code
        await deps.db.write(lambda: letters.settle(id_, LetterState.UNKNOWN, error=code))
        return Outcome.UNKNOWN
    except ConnectorError as error:
        code = error.code
        await deps.db.write(lambda: letters.settle(id_, LetterState.FAILED, error=code))
        raise
    now = deps.now()
    said = letters.said_of(deps.keys, child=child, link=box.link.id, body=body)

    def done() -> None:
        letters.sent(deps.keys, id_, said=said)
        letters.drop_unsent(person=visitor.person, child=child, link=box.link.id)
        if visitor.person != child:
            who = PersonId(visitor.person)
            record_change(
                actor=who, actor_kind=ActorKind.GUARDIAN, subject=PersonId(child), action="message.sent", object=box.link.system, now=now
            )

    await deps.db.write(done)
    return Outcome.SENT
