"""Writes the generated tables of docs/ anew, or with --check says which are stale."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tools import connectors_doc, features, licences, security_doc, settings_doc
from tools.proofs import ROOT

RENDERERS: tuple[Callable[[], dict[str, str]], ...] = (
    features.render,
    security_doc.render,
    settings_doc.render,
    connectors_doc.render,
    licences.render,
)


def main(arguments: list[str]) -> int:
    stale = []
    for render in RENDERERS:
        for path, text in render().items():
            file = ROOT / path
            if file.exists() and file.read_text("utf-8") == text:
                continue
            stale.append(path)
            if "--check" not in arguments:
                file.write_text(text, "utf-8")
    if "--check" not in arguments:
        print(f"written: {', '.join(stale) or 'nothing, all were fresh'}")
        return 0
    if stale:
        print(f"stale, run `make docs`: {', '.join(stale)}", file=sys.stderr)
        return 1
    return features.main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
