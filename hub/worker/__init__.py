"""The worker: what is due is done in bounded batches, by one process at a time."""

from __future__ import annotations

from hub.worker.jobs import jobs
from hub.worker.loop import Job, Worker
from hub.worker.steady import steady

__all__ = ["Job", "Worker", "jobs", "steady"]
