"""NATS JetStream in front of the database: an event is acknowledged when a quorum of servers holds it, workers store it."""

from device_ingest.jetstream.buffer import JetStream

__all__ = ["JetStream"]
