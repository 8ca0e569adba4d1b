"""Templates to text. Nothing in a template waits, so they are rendered in one go: Jinja's form for waiting costs twice as much."""

from __future__ import annotations

from typing import Any

import jinja2
from quart import Quart, current_app


class Templates(jinja2.Environment):
    """The app's own templates; a name that a page was not given is an error and no empty place."""

    def __init__(self, app: Quart, **options: Any) -> None:
        super().__init__(
            loader=app.create_global_jinja_loader(), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options
        )


async def rendered(template: str, **context: Any) -> str:
    """With what the app adds to every page."""
    await current_app.update_template_context(context)
    return current_app.jinja_env.get_template(template).render(context)
