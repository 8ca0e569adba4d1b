"""The report queue: a task over HTTP, its start and its end over the SignalR hub, by socket or by long polling."""

from __future__ import annotations

import json
from typing import Any, Final

from quart import Response, request, websocket

from sandbox.netschool.routes.table import Call, Handler
from sandbox.netschool.state import Session, State
from sandbox.netschool.state.reports import Connection
from sandbox.netschool.wire import ids, reports
from sandbox.netschool.wire.answers import NetSchoolError, answer
from sandbox.system import Sandbox

END: Final = "\x1e"
HUB: Final = "signalr/queuehub"
PING: Final = {"type": 6}


def _selected(call: Call) -> dict[str, str]:
    found = call.body.get("selectedData")
    if not isinstance(found, list):
        raise NetSchoolError(400, "Неверный запрос")
    return {str(it.get("filterId")): str(it.get("filterValue")) for it in found if isinstance(it, dict)}


def _queue(call: Call, report: str) -> Any:
    if report not in reports.TITLES:
        raise NetSchoolError(404, "Отчёт не найден")
    made = call.state.queue.add(report, call.who.id, _selected(call))
    return {"taskId": made.id, "queueKey": made.queue_key}


def _initial(call: Call, _report: str) -> Any:
    return reports.initial(call.town, call.first(), _selected(call))


CHANGING: Final[dict[str, Handler]] = {
    r"(?:v2/)?reports/(student[a-z]{1,20})/queue": _queue,
    r"v2/reports/(student[a-z]{1,20})/initfilters": _initial,
}


class Hub:
    """What the hub says to each frame of a client."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    def frames(self, person: str, text: str) -> list[dict[str, Any]]:
        """A client may end its frames or not, and send several at once."""
        found: list[dict[str, Any]] = []
        for part in text.split(END):
            try:
                frame = json.loads(part) if part.strip() else None
            except ValueError:
                frame = None
            if isinstance(frame, dict):
                found += self._said(person, frame)
        return found

    def _said(self, person: str, frame: dict[str, Any]) -> list[dict[str, Any]]:
        if "protocol" in frame:
            return [{}]
        if frame.get("type") != 1 or str(frame.get("target")).lower() not in {"starttask", "starttaskasync"}:
            return [PING] if frame.get("type") == 6 else []
        arguments = frame.get("arguments") or [None]
        return self._run(person, arguments[0], frame.get("invocationId"))

    def _run(self, person: str, number: Any, invocation: Any) -> list[dict[str, Any]]:
        """The task is done at once: its own answer first, then the event that it is complete."""
        task = self._state.queue.task(number, person)
        if task is None:
            return [{"type": 3, "invocationId": invocation, "result": {"success": False, "message": "Задача не найдена"}}]
        town = self._sandbox.town
        try:
            page = reports.make(town, ids.children(town, town.people[person]), task.report, task.selected)
        except NetSchoolError as error:
            return [{"type": 3, "invocationId": invocation, "result": {"success": False, "message": error.message}}]
        done = {"taskId": task.id, "data": self._state.queue.finish(task, page)}
        return [
            {"type": 3, "invocationId": invocation, "result": {"success": True, "message": None}},
            {"type": 1, "target": "progress", "arguments": [{"taskId": task.id, "percent": 100}]},
            {"type": 1, "target": "complete", "arguments": [done]},
        ]

    # Long polling
    async def negotiate(self, session: Session) -> Response:
        key = self._state.queue.connect(session.person)
        ways = [{"transport": "WebSockets", "transferFormats": ["Text"]}, {"transport": "LongPolling", "transferFormats": ["Text"]}]
        return answer({"connectionId": key, "connectionToken": key, "negotiateVersion": 1, "availableTransports": ways})

    async def poll(self, session: Session) -> Response:
        """GET fetches what waits, POST says something, DELETE leaves. Nothing is kept waiting: an empty answer means ask again."""
        found = self._connection(session)
        if request.method == "DELETE":
            del self._state.queue.connections[request.args["id"]]
            return Response("", status=202)
        if request.method == "POST":
            found.waiting += self.frames(session.person, str(await request.get_data(as_text=True)))
            return Response("", content_type="text/plain")
        waiting, found.waiting = found.waiting, []
        return Response("".join(json.dumps(it, ensure_ascii=False) + END for it in waiting), content_type="text/plain; charset=utf-8")

    def _connection(self, session: Session) -> Connection:
        found = self._state.queue.connections.get(request.args.get("id", ""))
        if found is None or found.person != session.person:
            raise NetSchoolError(404, "No Connection with that ID")
        return found

    # A socket
    async def serve(self) -> None:
        """By the token in the address; the socket is refused without a session behind it."""
        session = self._state.sessions.alive(websocket.args.get("at"), self._sandbox.clock.now())
        if session is None:
            await websocket.close(4401)
            return
        while True:
            heard = await websocket.receive()
            text = heard.decode("utf-8", "replace") if isinstance(heard, bytes) else heard
            for frame in self.frames(session.person, text):
                await websocket.send(json.dumps(frame, ensure_ascii=False) + END)
