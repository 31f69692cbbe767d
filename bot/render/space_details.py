"""The reply about one Space: its state, its cost, and buttons."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.alerts import repair
from bot.alerts.actions import Silence
from bot.alerts.repair import Remedy
from bot.cards import Block, Message
from bot.health.verdict import Verdict
from bot.hub_facts import SpaceDetails, SpaceSettings, Staleness
from bot.model import Space
from bot.parsing import NameIndex
from bot.render import causes, formatting
from bot.render.alerts.buttons import ButtonSpec, has_verb, is_secret_key, keyed_button
from bot.render.alerts.silence import NO_SILENCE, facts
from bot.render.blocks import (
    actions,
    button,
    code,
    code_block,
    context,
    escape,
    link,
    menu,
    message,
    section,
)
from bot.render.fleet import stale_note
from bot.slack_limits import OPTION_VALUE_LENGTH, OVERFLOW_OPTIONS
from bot.stages import Condition

# Numbers of requested replicas that aren't shown.
_ONE = ("", "1")

_MENU_BUTTONS = (
    ("Restart", "restart {}"),
    ("Rebuild", "rebuild {}"),
    ("Pause", "pause {}"),
    ("Links", "url {}"),
    ("History", "history {}"),
    ("Why am I seeing this?", "why {}"),
)
# Verbs without effect on a static Space, on an empty one and on one being deleted.
_POWER_VERBS = ("wake", "restart", "rebuild", "pause", "logs")


def card(
    details: SpaceDetails,
    name: str,
    verbs: Collection[str],
    staleness: Staleness | None = None,
    silence: Silence = NO_SILENCE,
    *,
    page: str = "",
    pausable: Sequence[str] = (),
    verdict: Verdict | None = None,
) -> Message:
    """Return the reply about one Space; *verbs* are those that the person may use.

    *page* is the address of its page on the Hub, and *pausable* names running Spaces whose pause
    would free a quota. *verdict* is about its app, if it was probed.
    """
    space = details.space
    (mark, state), found = formatting.describe_health(space, verdict), repair.cause_of_space(space)
    head = f"{mark} *{_linked(name, page)}* {state}{_since_note(details)}"
    parts: list[Block] = [section(head)]
    if found:
        parts += causes.blocks(
            found, page=page, error=space.error, pausable=pausable, shown=space.error
        )
    if space.error:
        parts.append(section(code_block(space.error)))
    if space.host:
        parts.append(section(link(space.host, escape(space.host))))
    if silence_facts := facts(space.id, silence):
        parts.append(section("\n".join(silence_facts)))
    parts += _buttons(space, name, verbs)
    parts.append(
        context(" · ".join([*([causes.who_can_fix(found)] if found else []), *_facts(details)]))
    )
    return message(f"{name}: {state}", *parts, *stale_note(staleness))


def _linked(name: str, page: str) -> str:
    shown = escape(name, 100)
    return link(page, shown) if page else shown


def _since_note(details: SpaceDetails) -> str:
    if details.stage_since is None:
        return ""
    return f" · since {formatting.timestamp(details.stage_since)}"


def _facts(details: SpaceDetails) -> list[str]:
    space = details.space
    facts = [code(space.id, 200), *([escape(space.sdk)] if space.sdk else [])]
    facts += [_hardware_note(details)] if space.hardware else []
    facts += [_sleep_note(space)] if _sleep_note(space) else []
    facts += [f"commit {code(space.sha[:7])}"] if space.sha else []
    settings = details.settings or SpaceSettings()
    facts += _settings_facts(settings)
    return [*facts, settings.visibility or ("private" if space.private else "public")]


def _settings_facts(settings: SpaceSettings) -> list[str]:
    """Return the other settings: dev mode, replicas, volumes and domains."""
    replicas, running = settings.requested_replicas, settings.current_replicas or "0"
    facts = ["dev mode"] if settings.is_dev_mode else []
    facts += [f"{escape(running)} of {escape(replicas)} replicas"] if replicas not in _ONE else []
    facts += [f"volume {code(volume, 100)}" for volume in settings.volumes]
    domains = settings.domains if len(settings.domains) > 1 else ()
    return [
        *facts,
        *([f"domains {', '.join(code(one, 100) for one in domains)}"] if domains else []),
    ]


def _hardware_note(details: SpaceDetails) -> str:
    hardware = escape(details.space.hardware or "", 60)
    settings = details.settings
    if settings and settings.current_hardware not in ("", settings.requested_hardware):
        hardware += f" ({escape(settings.requested_hardware, 60)} requested)"
    if not details.space.is_paid:
        return hardware
    price = details.dollars_per_hour
    cost = "price unknown" if price is None else f"${price:.2f} an hour while it runs"
    return f"{hardware}, {cost}"


def _sleep_note(space: Space) -> str:
    if space.sleep_after:
        return f"sleeps after {formatting.duration(timedelta(seconds=space.sleep_after))}"
    # The Hub omits the sleep time of a Space that isn't running.
    return "never sleeps" if space.condition is Condition.RUNNING and not space.is_static else ""


def _buttons(space: Space, name: str, verbs: Collection[str]) -> list[Block]:
    """Return buttons for repair and log, and a menu of the other commands."""
    first = _available(_remedy_buttons(space), space, name, verbs)
    rest = [spec for spec in _available(_MENU_BUTTONS, space, name, verbs) if spec not in first]
    options = [spec for spec in rest if len(spec[1]) <= OPTION_VALUE_LENGTH][:OVERFLOW_OPTIONS]
    is_empty = space.condition is Condition.EMPTY
    is_repair = is_empty or repair.repair_of_space(space) is not None
    elements = [
        button(label, command, style="primary" if is_repair and n == 0 else None)
        for n, (label, command) in enumerate(first)
    ]
    elements += [menu(options)] if options else []
    return [actions(*elements)] if elements else []


def _remedy_buttons(space: Space) -> Sequence[ButtonSpec]:
    found = repair.cause_of_space(space)
    key = found.key if found else ""
    return [
        keyed_button(remedy, key if remedy is Remedy.SET_SECRET else "")
        for remedy in repair.remedies_of_space(space)
        if remedy is not Remedy.SET_SECRET or is_secret_key(space.id, key, NameIndex.of([space.id]))
    ]


def _available(
    specs: Sequence[ButtonSpec], space: Space, name: str, verbs: Collection[str]
) -> list[ButtonSpec]:
    """Return *specs* with *name*, without commands that are forbidden or have no effect."""
    found = repair.cause_of_space(space)
    has_no_power = space.is_static or space.condition in (Condition.DELETING, Condition.EMPTY)
    useless = {*_POWER_VERBS} if has_no_power else set()
    if space.is_static and space.condition is Condition.FAILED:
        useless -= {"logs"}
    if found and found.cause.is_locked:
        useless |= {"wake", "restart", "rebuild"}
    useless |= {"pause"} if space.stage == "PAUSED" else set()
    return [
        (label, command.format(name))
        for label, command in specs
        if has_verb(command, verbs) and not has_verb(command, useless)
    ]
