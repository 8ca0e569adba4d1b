"""Who sent a message, and that nobody changed it (RULES E6): strongest first, each device in the one way it was registered with."""

from device_ingest.signing.ways import Message, claimed_key, prove

__all__ = ["Message", "claimed_key", "prove"]
