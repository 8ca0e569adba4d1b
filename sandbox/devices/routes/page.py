"""The page on which people play a school day: the form, runs whose progress a reload brings up to date, the devices themselves."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, redirect, render_template, request

from sandbox.asked import Refused
from sandbox.devices.form import asked, form_of, in_words
from sandbox.devices.playing.plays import Plays
from sandbox.devices.state.carried import carried
from sandbox.devices.state.equipment import equipment
from sandbox.guarded import guarded

RUNS_SHOWN = 10


def page_routes(plays: Plays) -> Blueprint:
    routes = guarded(Blueprint("devices", __name__))

    @routes.get("/")
    async def show() -> Any:
        return await _page(plays)

    @routes.post("/")
    async def play() -> Any:
        try:
            plays.begin(plays.wish(asked(await request.form)))
        except Refused as error:
            return await _page(plays, str(error)), error.status
        return redirect("/devices#runs", 303)

    @routes.post("/<id_>/stop")
    async def stop(id_: str) -> Any:
        await plays.stop(plays.one(id_))
        return redirect("/devices#runs", 303)

    return routes


async def _page(plays: Plays, error: str = "") -> str:
    town = plays.sandbox.town
    runs = [in_words(one.shown(), one.wish.school.short_name, one.wish.day) for one in [*plays.all.values()][::-1][:RUNS_SHOWN]]
    schools = [
        (school, [*equipment(town, school).values()], sum(len(own) for own in carried(town, school).values()))
        for school in town.schools.values()
    ]
    running = any(not one["done"] for one in runs)
    hubs = [*plays.hubs.all]
    return await render_template(
        "devices.html", play=form_of(plays.sandbox), runs=runs, schools=schools, running=running, hubs=hubs, error=error
    )
