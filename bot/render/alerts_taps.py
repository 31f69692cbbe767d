"""The buttons of an alert card: the repair first, one more, and a menu. Each types a command."""

import re
from collections.abc import Collection, Sequence

from bot import collisions
from bot.alerts import groups
from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble
from bot.cards import Block
from bot.render.alerts_scene import Scene
from bot.render.blocks import actions, button, menu
from bot.slack_limits import BUTTON_LABEL_LENGTH, BUTTON_VALUE_LENGTH, OPTION_VALUE_LENGTH

# Label and command; {} is the Space. The first is what repairs, as far as a tap can.
_REPAIRS = {
    "RUNTIME_ERROR": (("Restart", "restart {}"), ("Logs", "logs {}")),
    "BUILD_ERROR": (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    "CONFIG_ERROR": (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    "NO_APP_FILE": (("Look again", "status {}"), ("Rebuild", "rebuild {}")),
    Trouble.ASLEEP: (("Wake", "wake {}"),),
    Trouble.PAUSED: (("Wake", "wake {}"),),
    Trouble.STUCK: (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    Trouble.UNKNOWN: (("Look again", "status {}"),),
    Trouble.GONE: (("Why", "why {}"),),
    Trouble.BROKEN: (("Restart", "restart {}"), ("Logs", "logs {}")),
}
# Which names collide, until it was looked up.
_NAMES = (("Variables", "variable list {}"), ("Secrets", "secret list {}"))
_MUTES = (("Mute for 1 hour", "mute {} for 1h"), ("Mute for 12 hours", "mute {} for 12h"))
_UNMUTE = (("Unmute", "unmute {}"),)
_WHY, _CLOSER = ("Why do I see this?", "why {}"), ("Look closer", "status {}")
_NUMBERED = re.compile(r"(.*?)([1-9]\d*)")

Tap = tuple[str, str]


def taps(incident: Incident, scene: Scene) -> list[Block]:
    """Return the row of buttons of one incident's card; only verbs that exist are offered."""
    name = scene.name(incident.space)
    repairs = _repairs(incident)
    if incident.is_coming_up:
        repairs = (_CLOSER,)
    gone = incident.trouble is Trouble.GONE and not incident.is_coming_up
    closer = () if gone else (_CLOSER,)  # there is nothing to look at
    mutes = _UNMUTE if incident.space in scene.mutes else _MUTES
    more = (("I am on it", "ack {}"), *mutes, _WHY, *closer)
    first = _offered([*repairs, *closer], name, scene)[:2]
    taken = {command for _, command in first}
    rest = [tap for tap in _offered(more, name, scene) if tap[1] not in taken]
    options = [tap for tap in rest if len(tap[1]) <= OPTION_VALUE_LENGTH]
    elements = [
        button(label, command, style="primary" if n == 0 else None)
        for n, (label, command) in enumerate(first)
    ]
    return [actions(*elements, *([menu(options[:5])] if options else []))] if elements else []


def _repairs(incident: Incident) -> Sequence[Tap]:
    """Return what may mend it; a name that is taken twice, only taking one of the two away."""
    if incident.trouble is not Trouble.BROKEN:
        return _REPAIRS[incident.trouble]
    if not collisions.is_collision(incident.error):
        return _REPAIRS.get(incident.stage, _REPAIRS[Trouble.BROKEN])
    shared = incident.evidence.shared if incident.evidence else ()
    deletions = [
        (
            f"Delete variable {key}"[:BUTTON_LABEL_LENGTH],
            f"variable delete {{}} {key}",
        )
        for key in shared
    ]
    return (*deletions, *_NAMES)


def all_of(
    verb: str, label: str, spaces: Sequence[str], group: int, scene: Scene, *, key: str = ""
) -> list[Block]:
    """Return one button that does *verb* to all of *spaces*, however many they are.

    *key* is what the verb takes behind the Spaces.
    """
    if not spaces or not is_known(verb, scene.verbs):
        return []
    command = f"{command_for(verb, spaces, group, scene)} {key}".rstrip()
    return [actions(button(label[:BUTTON_LABEL_LENGTH], command, style="primary"))]


def command_for(verb: str, spaces: Sequence[str], group: int, scene: Scene) -> str:
    """Spell a command for these Spaces of *group* and no others, short enough for a button.

    Numbered names that follow each other become ranges. What is still too long becomes the
    group's own word, which means whoever of it is still in trouble when it is tapped.
    """
    command = f"{verb} {' '.join(ranges(in_order(spaces, scene)))}"
    return command if len(command) <= BUTTON_VALUE_LENGTH else f"{verb} {groups.spelled(group)}"


def in_order(spaces: Sequence[str], scene: Scene) -> list[str]:
    """Return the names of *spaces*, team-2 before team-10."""
    wanted = set(spaces)
    return [scene.name(space) for space in scene.names.ids if space in wanted]


def ranges(names: Sequence[str]) -> list[str]:
    """Write names that are numbered one after the other as ranges.

    >>> ranges(["team-1", "team-2", "team-3", "team-7", "team-b"])
    ['team-1..3', 'team-7', 'team-b']
    """
    runs: list[tuple[str, list[str]]] = []
    for name in names:
        stem, number = _numbered(name)
        before = runs[-1] if runs else ("", [])
        if number and before[1] and before[0] == stem and int(before[1][-1]) + 1 == int(number):
            before[1].append(number)
        else:
            runs.append((stem, [number] if number else []))
    return [piece for stem, numbers in runs for piece in _run(stem, numbers)]


def _numbered(name: str) -> tuple[str, str]:
    """Cut the number off; one with leading zeros is left alone, for a range would lose them."""
    read = _NUMBERED.fullmatch(name)
    return (read[1], read[2]) if read and not read[1][-1:].isdigit() else (name, "")


def _run(stem: str, numbers: Sequence[str]) -> list[str]:
    if len(numbers) < 3:
        return [f"{stem}{number}" for number in numbers] or [stem]
    return [f"{stem}{numbers[0]}..{numbers[-1]}"]


def is_known(command: str, verbs: Collection[str]) -> bool:
    """
    Return whether *command* begins with one of *verbs*, of one word or of two.

    >>> is_known("variable delete team-a KEY", {"variable delete"}), is_known("fly", {"wake"})
    (True, False)
    """
    first = command.split()
    return bool({" ".join(first[:1]), " ".join(first[:2])} & {*verbs})


def _offered(offers: Sequence[Tap], name: str, scene: Scene) -> list[Tap]:
    """Fill the name in, and leave out what this bot cannot do, or what is offered already."""
    known: dict[str, str] = {}
    for label, command in offers:
        if is_known(command, scene.verbs):
            known.setdefault(command.format(name), label)
    return [(label, command) for command, label in known.items()]
