"""`python -m hub COMMAND`: joins the commands with the application and the worker."""

from __future__ import annotations

import sys
from typing import Any

from hub.cli import main
from hub.cli.parts import Parts
from hub.deps import Deps


def _create_app(deps: Deps) -> Any:
    from hub.app import create_app  # only `serve` pays for its import

    return create_app(deps)


def _create_worker(deps: Deps) -> Any:
    from hub.worker import Worker, jobs, steady

    return Worker(db=deps.db, jobs=jobs(deps), stopping=deps.stopping, beside=steady(deps))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Parts(create_app=_create_app, create_worker=_create_worker)))
