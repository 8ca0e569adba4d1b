"""How much memory does a hub hold that serves nobody?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from tools.stage import Stage


def resident_mib(pid: int) -> float:
    """Resident memory of a process and its children, in MiB, as /proc tells."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue  # the process ended while we looked
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += int(fields.get("VmRSS", "0 kB").split()[0]) / 1024
    return total


async def measure(stage: Stage) -> AsyncIterator[str]:
    yield f"memory of a hub: {resident_mib(stage.hub_pid):.0f} MiB resident, server and worker"
