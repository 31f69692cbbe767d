"""What can be done to a Space: restart, pause, sleep time, hardware, and what it is told."""

import hashlib
import re

from starlette.responses import Response

from bot.sandbox.hub import life, shapes
from bot.sandbox.hub.catalogue import FLAVOURS
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.space import TWO_DAYS, Secret, Space, Variable
from bot.sandbox.hub.visit import Json, Visit

KEY = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")


async def restart(visit: Visit) -> Response:
    factory = visit.request.query_params.get("factory") == "true"
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        life.restart(space, visit.world.now(), visit.world.dice, factory=factory)
        return Json(shapes.runtime(space))


async def pause(visit: Visit) -> Response:
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        life.pause(space)
        return Json(shapes.runtime(space))


async def sleeptime(visit: Visit) -> Response:
    """Take the time in seconds, -1 for never. Free hardware keeps its two days."""
    seconds = (await visit.json()).get("seconds")
    if not isinstance(seconds, int):
        raise Refused(400, '"seconds" is required')
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        set_sleep(space, seconds)
        return Json(shapes.runtime(space))


async def hardware(visit: Visit) -> Response:
    """Take the flavour, and the sleep time if one is given; the app is restarted."""
    body = await visit.json()
    flavour = check_flavour(str(body.get("flavor")))
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        if space.is_static:
            raise Refused(400, "This Space is static: it runs on no hardware.")
        set_hardware(space, flavour, body.get("sleepTimeSeconds"))
        life.reload(space, visit.world.now(), visit.world.dice)
        return Json(shapes.runtime(space))


async def read_secrets(visit: Visit) -> Response:
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        return Json(shapes.secrets(space))


async def set_secret(visit: Visit) -> Response:
    body = await visit.json()
    key = check_key(body.get("key"))
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        space.secrets[key] = secret(body, visit.world.now())
        life.reload(space, visit.world.now(), visit.world.dice)
    return Json({})


async def delete_secret(visit: Visit) -> Response:
    """Forget a secret; a missing one is no error (recorded)."""
    key = str((await visit.json()).get("key"))
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        if space.secrets.pop(key, None):
            life.reload(space, visit.world.now(), visit.world.dice)
    return Json({})


async def read_variables(visit: Visit) -> Response:
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        return Json(shapes.variables(space))


async def set_variable(visit: Visit) -> Response:
    """Keep a variable; the answer is the whole map (recorded)."""
    body = await visit.json()
    key = check_key(body.get("key"))
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        space.variables[key] = variable(body, visit.world.now())
        life.reload(space, visit.world.now(), visit.world.dice)
        return Json(shapes.variables(space))


async def delete_variable(visit: Visit) -> Response:
    key = str((await visit.json()).get("key"))
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        if space.variables.pop(key, None):
            life.reload(space, visit.world.now(), visit.world.dice)
        return Json(shapes.variables(space))


def check_key(key: object) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Refused(400, f"Invalid key: must match {KEY.pattern}")
    return key


def check_flavour(flavour: str) -> str:
    if flavour not in FLAVOURS:
        raise Refused(400, f"Invalid hardware flavor: {flavour}")
    return flavour


def secret(body: dict[str, object], now: float) -> Secret:
    """Return what is kept of a secret: never its value."""
    digest = hashlib.sha256(str(body.get("value", "")).encode()).hexdigest()
    return Secret(digest, _description(body), now)


def variable(body: dict[str, object], now: float) -> Variable:
    return Variable(str(body.get("value", "")), _description(body), now)


def set_hardware(space: Space, flavour: str, sleep: int | None) -> None:
    """Change the hardware: free hardware sleeps after two days, the other never, unless told to."""
    space.hardware = flavour
    space.sleep_after = TWO_DAYS if flavour == "cpu-basic" else None
    if sleep is not None:
        set_sleep(space, sleep)


def set_sleep(space: Space, seconds: int) -> None:
    if space.hardware != "cpu-basic":
        space.sleep_after = None if seconds < 0 else seconds


def _description(body: dict[str, object]) -> str | None:
    text = body.get("description")
    return text if isinstance(text, str) else None
