"""CloudEvents 1.0 over HTTP: a body and its headers become events, one by one, whatever their neighbours are."""

from device_ingest.envelope.body import unpacked
from device_ingest.envelope.cloud_events import read, read_in_parts
from device_ingest.envelope.payloads import PAYLOADS

__all__ = ["PAYLOADS", "read", "read_in_parts", "unpacked"]
