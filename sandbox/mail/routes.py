"""The mail server's place among the systems: faults and the control call reach it by its name; its letters are in the inbox."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify, redirect

from sandbox.mail.sink import ID, USER, MailSink, password
from sandbox.system import Sandbox, System


def system(sandbox: Sandbox) -> System:
    sink = MailSink(sandbox)
    sandbox.shared[ID] = sink
    routes, control = Blueprint(ID, __name__), Blueprint("mail_control", __name__)

    @routes.get("/")
    async def letters() -> Any:
        return redirect("/inbox?kind=mail", 303)

    @control.get("/")
    async def where() -> Any:
        """`port` is 0 where the sandbox listens for no mail."""
        return jsonify(host="localhost", port=sink.port, starttls=sink.starttls, user=USER, password=password())

    return System(id=ID, title="Почта (SMTP)", blueprints={ID: routes}, control=control)
