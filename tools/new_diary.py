"""`make new-diary NAME=x`: a connector's four parts, its sandbox and one wire sample; no existing file is touched."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools.proofs import ROOT

SCAFFOLD = Path(__file__).parent / "scaffold"
PARTS = {
    "connector_init": "connectors/diaries/{name}/__init__.py",
    "manifest": "connectors/diaries/{name}/manifest.py",
    "client": "connectors/diaries/{name}/client.py",
    "mapping": "connectors/diaries/{name}/mapping.py",
    "errors": "connectors/diaries/{name}/errors.py",
    "sandbox_init": "sandbox/{name}/__init__.py",
    "routes": "sandbox/{name}/routes.py",
    "state": "sandbox/{name}/state.py",
    "wire": "sandbox/{name}/wire.py",
    "sample": "tests/wire/{name}/example.json",
}


def create(name: str, root: Path = ROOT) -> list[Path]:
    """The written files. ValueError for a name that is no snake_case word, or that is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise ValueError(f"{name!r} is not a name in snake_case, such as NAME=my_diary")
    written = []
    for folder in (root / "connectors" / "diaries" / name, root / "sandbox" / name):
        if folder.exists():
            raise ValueError(f"{folder.relative_to(root)} is there already")
    for part, address in PARTS.items():
        file = root / address.format(name=name)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (SCAFFOLD / f"{part}.txt").read_text("utf-8")
        file.write_text(text.format(name=name, prefix=name.replace("_", "-")), "utf-8")
        written.append(file)
    return written


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: make new-diary NAME=my_diary", file=sys.stderr)
        return 2
    try:
        written = create(arguments[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for file in written:
        print(file.relative_to(ROOT))
    print("Next: docs/new-diary.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
