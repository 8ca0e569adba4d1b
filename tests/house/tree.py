"""What the house tests look at: the files that git knows or would take, and the product's folders."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("hub", "identity", "connectors", "device_ingest", "sandbox")
OURS = (*PRODUCT, "tools", "bench")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, tracked or not yet, that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(ROOT / line for line in sorted(set(listed.stdout.splitlines())) if (ROOT / line).is_file())


def python(*folders: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
