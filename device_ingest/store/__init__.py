"""The log of events: appended in one transaction with their keys, never changed; what is doubted lies beside it."""

from device_ingest.store.appending import Message, Outcome, append, parted, prepare
from device_ingest.store.aside import UNSTORABLE, set_aside
from device_ingest.store.ending import forget, forget_named, remove_events
from device_ingest.store.lags import Lag, lags
from device_ingest.store.life_tables import TABLES as LIFE
from device_ingest.store.reading import (
    Held,
    Kept,
    came_after,
    count,
    export,
    following,
    move_on,
    newest_of_carriers,
    newest_seq,
    of_carriers,
    skip,
    spoke,
)
from device_ingest.store.states import DeviceState, note_refusal, note_word, of_devices, read_to, stamp_of
from device_ingest.store.tables import TABLES as LOG

TABLES = (*LOG, *LIFE)

__all__ = [
    "TABLES",
    "UNSTORABLE",
    "DeviceState",
    "Held",
    "Kept",
    "Lag",
    "Message",
    "Outcome",
    "append",
    "came_after",
    "count",
    "export",
    "following",
    "forget",
    "forget_named",
    "lags",
    "move_on",
    "newest_of_carriers",
    "newest_seq",
    "note_refusal",
    "note_word",
    "of_carriers",
    "of_devices",
    "parted",
    "prepare",
    "read_to",
    "remove_events",
    "set_aside",
    "skip",
    "spoke",
    "stamp_of",
]
