"""A child comes into an account that is open: by an application, by an invitation code, by the school's e-invitation."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.calls import FORCED
from connectors.kit.errors import AuthExpired, ConnectorError
from connectors.kit.registration import Answer, Asked, JoiningPort
from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.link_account.typed import filled
from hub.flows.refusals import Reason, Refused
from hub.flows.register_diary.forms import form_view, named
from hub.flows.register_diary.opening import REFUSED, refusal
from hub.flows.renew_access import lost, renew
from hub.flows.views.self_service.registration import AskedView, FormView, JoiningView
from hub.flows.words import system_title
from hub.store.connecting import tries
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Opened
from hub.store.sessions import Visitor


async def show_joining(deps: Deps, visitor: Visitor, link: str) -> JoiningView:
    port, opened = await _own(deps, visitor, link)
    opened, forms, asked = await _told(deps, port, opened)
    return JoiningView(
        link=link,
        system=port.name,
        title=system_title(deps, port.name),
        forms=forms,
        items=tuple(_view(one) for one in asked),
    )


async def join_child(deps: Deps, visitor: Visitor, link: str, form: str, given: Mapping[str, str], *, network: str = "") -> None:
    """What came of it the look at the account tells; a wrong code counts as a wrong password does."""
    port, opened = await _own(deps, visitor, link)
    require_fresh(deps, visitor.auth_time)
    opened, _, _ = await _told(deps, port, opened)
    whole, now = filled(f"{port.name} child", named(await port.joining(opened.access), form), given), deps.now()
    async with deps.memory.locks.of(("credentials", visitor.person)):
        tried = await deps.db.write(lambda: tries.count(deps.keys, person=visitor.person, account=whole.account, network=network, now=now))
        if tried.after_s:
            raise Refused(Reason.TOO_MANY, after_s=tried.after_s)
        try:
            await port.join(opened.access, whole.form, whole.secrets)
        except REFUSED as error:
            raise refusal(port.name, error) from error
        except ConnectorError:
            await deps.db.write(lambda: tries.not_counted(tried))
            raise
        await deps.db.write(lambda: tries.give_back(tried))


async def answer_asked(deps: Deps, visitor: Visitor, link: str, key: str, answer: str) -> None:
    """Only what the account shows, and only what it offers: anything else does not exist."""
    port, opened = await _own(deps, visitor, link)
    require_fresh(deps, visitor.auth_time)
    opened, _, asked = await _told(deps, port, opened)
    found = next((one for one in asked if one.key == key), None)
    if found is None or answer not in {one.value for one in found.answers}:
        raise Refused(Reason.NOT_FOUND, "Этого приглашения или заявления уже нет: обновите страницу.")
    try:
        await port.answer(opened.access, key, Answer(answer))
    except REFUSED as error:
        raise refusal(port.name, error) from error


async def _own(deps: Deps, visitor: Visitor, link: str) -> tuple[JoiningPort, Opened]:
    opened = await deps.db.read(lambda: diary_links.opened(deps.keys, link))
    if opened is None or opened.link.person != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    port = deps.diaries.get(opened.link.system)
    if not isinstance(port, JoiningPort):
        raise Refused(Reason.NOT_FOUND, "В этом дневнике ребёнка добавляет только школа.")
    return port, opened


async def _told(deps: Deps, port: JoiningPort, opened: Opened) -> tuple[Opened, tuple[FormView, ...], tuple[Asked, ...]]:
    FORCED.set(True)
    try:
        asked = await port.asked(opened.access)
    except AuthExpired:
        opened = await renew(deps, port, opened)
        try:
            asked = await port.asked(opened.access)
        except AuthExpired:
            await lost(deps, port, opened)
            raise
    return opened, tuple(form_view(one) for one in await port.joining(opened.access)), asked


def _view(one: Asked) -> AskedView:
    return AskedView(
        key=one.key,
        kind=one.kind.value,
        state=one.state.value,
        child=one.child,
        school=one.school,
        reason=one.reason,
        at=one.at,
        answers=tuple(answer.value for answer in one.answers),
    )
