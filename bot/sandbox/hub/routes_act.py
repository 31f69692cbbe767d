"""The endpoints that change a Space: restart, pause, sleep time, hardware, secrets, variables."""

import hashlib
import re

from starlette.responses import Response

from bot.sandbox.hub import lifecycle, serializers
from bot.sandbox.hub.catalog import FLAVORS
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.space import FREE_SLEEP_SECONDS, Secret, Space, Variable

KEY_PATTERN = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")


async def restart(request: HubRequest) -> Response:
    """Restart a Space and return its runtime."""
    factory = request.http.query_params.get("factory") == "true"
    with request.world.open(request.id) as space:
        request.require_write(space)
        lifecycle.restart(space, request.world.now(), request.world.sampler, factory=factory)
        return HubJsonResponse(serializers.runtime(space))


async def pause(request: HubRequest) -> Response:
    """Pause a Space and return its runtime."""
    with request.world.open(request.id) as space:
        request.require_write(space)
        lifecycle.pause(space)
        return HubJsonResponse(serializers.runtime(space))


async def sleeptime(request: HubRequest) -> Response:
    """Set the sleep time in seconds, -1 for never. Free hardware keeps its two days."""
    seconds = (await request.json()).get("seconds")
    if not isinstance(seconds, int):
        raise HubHttpError(400, '"seconds" is required')
    with request.world.open(request.id) as space:
        request.require_write(space)
        set_sleep(space, seconds)
        return HubJsonResponse(serializers.runtime(space))


async def hardware(request: HubRequest) -> Response:
    """Set the hardware, and the sleep time if given; restart the app."""
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
    """Return the names of a Space's secrets."""
    with request.world.open(request.id) as space:
        request.require_write(space)
        return HubJsonResponse(serializers.secrets(space))


async def set_secret(request: HubRequest) -> Response:
    """Set a secret and restart the app."""
    body = await request.json()
    key = check_key(body.get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        space.secrets[key] = make_secret(body, request.world.now())
        lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
    return HubJsonResponse({})


async def delete_secret(request: HubRequest) -> Response:
    """Delete a secret. A missing one is no error (recorded from the Hub)."""
    key = str((await request.json()).get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.secrets.pop(key, None):
            lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
    return HubJsonResponse({})


async def read_variables(request: HubRequest) -> Response:
    """Return a Space's variables."""
    with request.world.open(request.id) as space:
        request.require_read(space)
        return HubJsonResponse(serializers.variables(space))


async def set_variable(request: HubRequest) -> Response:
    """Set a variable and return all variables (recorded from the Hub)."""
    body = await request.json()
    key = check_key(body.get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        space.variables[key] = make_variable(body, request.world.now())
        lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
        return HubJsonResponse(serializers.variables(space))


async def delete_variable(request: HubRequest) -> Response:
    """Delete a variable and return the others."""
    key = str((await request.json()).get("key"))
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.variables.pop(key, None):
            lifecycle.restart_if_running(space, request.world.now(), request.world.sampler)
        return HubJsonResponse(serializers.variables(space))


def check_key(key: object) -> str:
    """Return *key*, or raise HubHttpError if it is no valid name."""
    if not isinstance(key, str) or not KEY_PATTERN.fullmatch(key):
        raise HubHttpError(400, f"Invalid key: must match {KEY_PATTERN.pattern}")
    return key


def check_flavor(flavor: str) -> str:
    """Return *flavor*, or raise HubHttpError if there is no such hardware."""
    if flavor not in FLAVORS:
        raise HubHttpError(400, f"Invalid hardware flavor: {flavor}")
    return flavor


def make_secret(body: dict[str, object], now: float) -> Secret:
    """Return the secret to store, with a digest instead of its value."""
    digest = hashlib.sha256(str(body.get("value", "")).encode()).hexdigest()
    return Secret(digest, _description(body), now)


def make_variable(body: dict[str, object], now: float) -> Variable:
    """Return the variable to store."""
    return Variable(str(body.get("value", "")), _description(body), now)


def set_hardware(space: Space, flavor: str, sleep: int | None) -> None:
    """Set the hardware and its sleep time: two days for free hardware, else *sleep* or never."""
    space.hardware = flavor
    space.sleep_after = FREE_SLEEP_SECONDS if flavor == "cpu-basic" else None
    if sleep is not None:
        set_sleep(space, sleep)


def set_sleep(space: Space, seconds: int) -> None:
    """Set the sleep time of paid hardware, -1 for never."""
    if space.hardware != "cpu-basic":
        space.sleep_after = None if seconds < 0 else seconds


def _description(body: dict[str, object]) -> str | None:
    text = body.get("description")
    return text if isinstance(text, str) else None
