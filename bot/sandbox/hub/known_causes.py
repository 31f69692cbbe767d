"""Failures and refusals with the words that the real Hub uses, recorded in public reports."""

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.control import World
from bot.sandbox.hub.faults import Fault
from bot.sandbox.hub.space import RUNNING_STAGES, Flaw

ABUSE_RULE = "Blocked by abuse-handler by rule: Cloudflare"
QUOTA_PAUSE = "You've reached your hardware quota limit across all your Spaces!"
PAYMENT_METHOD = (
    "You must add a payment method to your account to upgrade your space's hardware. Visit your "
    "billing settings to add one: https://huggingface.co/settings/billing"
)
DISABLED = "Access to this resource is disabled."
NO_GPU_FUNCTION = "No @spaces.GPU function detected during startup"
UNSCHEDULED = "Scheduling failure: unable to schedule"


def lock(world: World, id: str, rule: str = ABUSE_RULE) -> None:
    """Pause a Space as the Hub's moderation does: each restart gets 503 until `heal`."""
    with world.open(id) as space:
        lifecycle.set_stage(space, "PAUSED", "Flagged as abusive")
        space.abuse_rule = rule


def lock_one(world: World) -> None:
    """Lock a running Space."""
    for id in _running_ids(world):
        lock(world, id)


def pause_after_start(world: World, id: str, reason: str = QUOTA_PAUSE) -> None:
    """Pause a Space for *reason*, now and during each start, until a commit or `heal`."""
    with world.open(id) as space:
        lifecycle.set_stage(space, "PAUSED", reason)
        space.flaw = Flaw("PAUSED", reason)


def use_up_quota(world: World) -> None:
    """Pause a running Space for the quota. The Hub accepts a restart, and pauses it again."""
    for id in _running_ids(world):
        pause_after_start(world, id)


def lack_gpu_function(world: World) -> None:
    """Move a running Space to ZeroGPU, where its app has no GPU function."""
    for id in _running_ids(world):
        with world.open(id) as space:
            space.hardware = "zero-a10g"
        world.break_(id, NO_GPU_FUNCTION, for_good=True)


def leave_unscheduled(world: World) -> None:
    """Fail a running Space because no machine is free; a restart finds one."""
    for id in _running_ids(world):
        world.break_(id, UNSCHEDULED)


def fail_static_build(world: World) -> None:
    """Let the build of a static Space fail."""
    for space in world.spaces(predicate=lambda s: s.is_static, limit=1):
        world.build_error(space.id)


def gate_creations(world: World, times: int | None = None) -> list[Fault]:
    """Refuse new Spaces as the Hub does for an owner without a paid plan."""
    for owner in world.owners:
        world.plans[owner] = "free"
    calls = ("create", "duplicate")
    return [world.faults.refuse(402, call=call, times=times) for call in calls]


def ask_for_payment_method(world: World, times: int | None = None) -> Fault:
    """Refuse other hardware as the Hub does for an owner without a payment method."""
    return world.faults.refuse(403, PAYMENT_METHOD, call="hardware", times=times)


def disable(world: World, id: str) -> Fault:
    """Refuse each call about a Space as the Hub does for a disabled one."""
    return world.faults.refuse(403, DISABLED, space=id)


def _running_ids(world: World) -> list[str]:
    running = world.spaces(
        predicate=lambda s: s.stage in RUNNING_STAGES and not s.is_static, limit=1
    )
    return [space.id for space in running]
