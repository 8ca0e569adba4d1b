"""What the server remembers: salts, sessions, wrong tries, mail boxes, queued reports, and the sandbox's switches."""

from __future__ import annotations

from sandbox.netschool.state.mail import Mailboxes
from sandbox.netschool.state.reports import Queue
from sandbox.netschool.state.sessions import ID, Session, Sessions

__all__ = ["ID", "Session", "State"]

SWITCHES = {"search_needs_name": False, "absence_as_mark": False, "password_login": True}


class State:
    """Empty at each start and after a reset."""

    def __init__(self) -> None:
        self.sessions = Sessions()
        self.mail = Mailboxes()
        self.queue = Queue()
        self.switches = dict(SWITCHES)
        self.staff: set[str] = set()

    def reset(self) -> None:
        self.sessions.reset()
        self.mail.reset()
        self.queue.reset()
        self.switches = dict(SWITCHES)
        self.staff.clear()
