"""Log lines with the id of the request in each, tokens and personal numbers masked."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from prometheus_client import Counter, Gauge

WAITING = Gauge("hub_database_waiting_units", "Units of work queued for writing")
JOB_RUNS = Counter("hub_job_runs_total", "Batches of the worker's jobs by result", ["job", "result"])
EVENTS = Counter("hub_ingest_events_total", "Events of devices by the verdict that the device heard", ["verdict"])
BUFFERED = Counter("hub_ingest_buffered_total", "Events out of the buffer by the verdict of the database", ["verdict"])
READER_BEHIND = Gauge("hub_ingest_reader_behind_events", "Events of the log that a reader has not seen", ["reader"])
READER_LAG = Gauge("hub_ingest_reader_lag_seconds", "Age of the oldest event that a reader has not seen", ["reader"])
BUFFER_WAITING = Gauge("hub_ingest_buffer_events", "Events in JetStream by state: waiting or handed_out to a worker", ["state"])
BUFFER_UP = Gauge("hub_ingest_buffer_up", "1 while JetStream takes events")
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being served: in every log line, problem and error page."""

MASK = "***"
_NAMES = (
    "authorization|(?:access|refresh|id|csrf)[-_]?token|token|client[-_]?secret|secret|password|passwd|api[-_]?key|code[-_]?verifier|set-cookie"
    "|cookie"
)
_SECRETS = re.compile(rf"""(?i)(\b(?:{_NAMES})["']?\s*[=:]\s*(?:["']|bearer\s+|basic\s+)?)[^\s"'&,;}})\]]+""")
# These words also stand in plain sentences («exit code: 1»), so only query parameters and JSON members are meant.
_PARAMETERS = re.compile(r"""(?i)(\b(?:code|state|nonce|login)(?:=|["']:\s*["']))[^\s"'&,;})\]]+""")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_SNILS = re.compile(r"\b[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{2}\b")
_PHONE = re.compile(r"(?<![0-9A-Za-z-])(?:\+7|8)[ (-]*9[0-9]{2}[ )-]*[0-9]{3}[ -]*[0-9]{2}[ -]*[0-9]{2}(?![0-9])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]+:)[^\s/@]+@")


def redact(text: str) -> str:
    """The text without what opens accounts (tokens, codes, passwords) and without SNILS, phones and e-mails."""
    text = _URL_PASSWORD.sub(rf"\1{MASK}@", text)
    text = _JWT.sub(MASK, _BEARER.sub(rf"\1 {MASK}", text))
    text = _PARAMETERS.sub(rf"\1{MASK}", _SECRETS.sub(rf"\1{MASK}", text))
    return _EMAIL.sub(MASK, _SNILS.sub(MASK, _PHONE.sub(MASK, text)))


class _Lines(logging.Formatter):
    """One line a record: a traceback is put behind it, its lines joined by ` | `, so that every line carries the id."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        request_id = REQUEST_ID.get() or "-"
        message = redact(" ".join(_whole(record).splitlines()))
        return self.line(at, record.levelname.lower(), record.name, request_id, message)

    def line(self, at: str, level: str, name: str, request_id: str, message: str) -> str:
        return f"{at} {level} {name} [{request_id}] {message}"


class _Json(_Lines):
    def line(self, at: str, level: str, name: str, request_id: str, message: str) -> str:
        record = {"at": at, "level": level, "logger": name, "request_id": request_id, "message": message}
        return json.dumps(record, ensure_ascii=False)


def _whole(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        trace = "".join(traceback.format_exception(record.exc_info[1])).strip()
        text += "\n| " + trace.replace("\n", "\n| ")
    return text


def set_up(form: Literal["text", "json"]) -> None:
    """All log lines go to standard error in the given form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Their INFO lines carry addresses with codes and personal parameters.
    for name in ("httpx", "httpcore", "hypercorn.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("_granian", "pyBarcode"):
        logging.getLogger(name).setLevel(logging.WARNING)


__all__ = [
    "BUFFERED",
    "BUFFER_UP",
    "BUFFER_WAITING",
    "EVENTS",
    "JOB_RUNS",
    "MASK",
    "READER_BEHIND",
    "READER_LAG",
    "REQUEST_ID",
    "WAITING",
    "redact",
    "set_up",
]
