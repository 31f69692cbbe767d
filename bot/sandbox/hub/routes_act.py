"""What can be done to a Space: restart, pause, sleep time, hardware, and what it is told."""

import hashlib
import re

from starlette.responses import Response

from bot.sandbox.hub import lifecycle, serializers
from bot.sandbox.hub.catalogue import FLAVORS
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.space import FREE_SLEEP_SECONDS, Secret, Space, Variable

KEY_PATTERN = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")


async def restart(request: HubRequest) -> Response:
    factory = request.http.query_params.get("factory") == "true"
    with request.world.open(request.id) as space:
        request.require_write(space)
        lifecycle.restart(space, request.world.now(), request.world.sampler, factory=factory)
        return HubJsonResponse(serializers.runtime(space))


async def pause(request: HubRequest) -> Response:
    with request.world.open(request.id) as space:
        request.require_write(space)
        lifecycle.pause(space)
        return HubJsonResponse(serializers.runtime(space))


async def sleeptime(request: HubRequest) -> Response:
    """Take the time in seconds, -1 for never. Free hardware keeps its two days."""
    seconds = (await request.json()).get("seconds")
    if not isinstance(seconds, int):
        raise HubHttpError(400, '"seconds" is required')
    with request.world.open(request.id) as space:
        request.require_write(space)
        set_sleep(space, seconds)
        return HubJsonResponse(serializers.runtime(space))


async def hardware(request: HubRequest) -> Response:
    """Take the flavour, and the sleep time if one is given; the app is restarted."""
    body = await request.json()
    flavor = check_flavor(str(body.get("flavor")))
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.is_static:
            raise HubHttpError(400, "This Space is static: it runs on no hardware.")
        set_hardware(space, flavor, body.get("sleepTimeSeconds"))
        lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
        return HubJsonResponse(serializers.runtime(space))


async def read_secrets(request: HubRequest) -> Response:
    with request.world.open(request.id) as space:
        request.require_write(space)
        return HubJsonResponse(serializers.secrets(space))


async def set_secret(request: HubRequest) -> Response:
    body = await request.json()
    key = check_key(body.get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        space.secrets[key] = make_secret(body, request.world.now())
        lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
    return HubJsonResponse({})


async def delete_secret(request: HubRequest) -> Response:
    """Forget a secret; a missing one is no error (recorded)."""
    key = str((await request.json()).get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.secrets.pop(key, None):
            lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
    return HubJsonResponse({})


async def read_variables(request: HubRequest) -> Response:
    with request.world.open(request.id) as space:
        request.require_read(space)
        return HubJsonResponse(serializers.variables(space))


async def set_variable(request: HubRequest) -> Response:
    """Keep a variable; the answer is the whole map (recorded)."""
    body = await request.json()
    key = check_key(body.get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        space.variables[key] = make_variable(body, request.world.now())
        lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
        return HubJsonResponse(serializers.variables(space))


async def delete_variable(request: HubRequest) -> Response:
    key = str((await request.json()).get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.variables.pop(key, None):
            lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
        return HubJsonResponse(serializers.variables(space))


def check_key(key: object) -> str:
    if not isinstance(key, str) or not KEY_PATTERN.fullmatch(key):
        raise HubHttpError(400, f"Invalid key: must match {KEY_PATTERN.pattern}")
    return key


def check_flavor(flavor: str) -> str:
    if flavor not in FLAVORS:
        raise HubHttpError(400, f"Invalid hardware flavor: {flavor}")
    return flavor


def make_secret(body: dict[str, object], now: float) -> Secret:
    """Return what is kept of a secret: never its value."""
    digest = hashlib.sha256(str(body.get("value", "")).encode()).hexdigest()
    return Secret(digest, _description(body), now)


def make_variable(body: dict[str, object], now: float) -> Variable:
    return Variable(str(body.get("value", "")), _description(body), now)


def set_hardware(space: Space, flavor: str, sleep: int | None) -> None:
    """Change the hardware: free hardware sleeps after two days, the other never, unless told to."""
    space.hardware = flavor
    space.sleep_after = FREE_SLEEP_SECONDS if flavor == "cpu-basic" else None
    if sleep is not None:
        set_sleep(space, sleep)


def set_sleep(space: Space, seconds: int) -> None:
    if space.hardware != "cpu-basic":
        space.sleep_after = None if seconds < 0 else seconds


def _description(body: dict[str, object]) -> str | None:
    text = body.get("description")
    return text if isinstance(text, str) else None
