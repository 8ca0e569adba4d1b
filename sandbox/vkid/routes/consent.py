"""The consent page: what the app will see, with e-mail and phone to be unticked."""

from __future__ import annotations

from quart import Blueprint, Response, request

from sandbox.vkid.routes.authorize import current_session, finish
from sandbox.vkid.routes.party import Party, lost_flow, page, sent_back_with
from sandbox.vkid.state import Flow
from sandbox.vkid.wire.errors import VkError
from sandbox.vkid.wire.profile import national
from sandbox.vkid.wire.scopes import OPTIONAL, WORDS


def add_consent(blueprint: Blueprint, party: Party) -> None:
    @blueprint.get("/auth/consent", strict_slashes=False)
    async def show_consent() -> Response:
        flow = _own_flow(party, request.args.get("flow"))
        if flow is None:
            return await lost_flow()
        account = party.account(flow.user_id)
        values = {
            "email": account.email if account is not None else None,
            "phone": f"+7{national(account.phone)}" if account is not None and account.phone else None,
        }
        scopes = flow.asked.scopes
        choices = [(scope, WORDS[scope], values[scope]) for scope in scopes if scope in OPTIONAL]
        lines = [WORDS.get(scope, scope) for scope in scopes if scope not in OPTIONAL]
        return await page("consent.html", flow, account=account, lines=lines, choices=choices)

    @blueprint.post("/auth/consent", strict_slashes=False)
    async def take_consent() -> Response:
        form = await request.form
        flow = _own_flow(party, form.get("flow"))
        if flow is None:
            return await lost_flow()
        if form.get("answer") != "allow":
            return sent_back_with(party, flow, VkError("access_denied"))
        ticked = form.getlist("scope")
        return finish(party, flow, tuple(one for one in flow.asked.scopes if one not in OPTIONAL or one in ticked))


def _own_flow(party: Party, flow_id: str | None) -> Flow | None:
    """The flow, if the one signed in there is the one whom this browser's cookie names."""
    flow, session = party.state.flow(flow_id), current_session(party)
    return flow if flow is not None and session is not None and session.user_id == flow.user_id else None
