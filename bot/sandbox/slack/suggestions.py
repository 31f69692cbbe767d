"""What the page offers to tap and to complete, so that each offer works where it is shown."""

from bot.sandbox.slack.directory import ASSISTANT
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.model import BOT_USER, Channel, Json, Person


def examples(installation: Installation, person: Person, channel: Channel) -> list[str]:
    """Return lines that this person can send here with success, for the chips above the box."""
    if channel.is_archived:
        return []
    if BOT_USER not in channel.members:
        return [_invitation(installation)]
    is_operator = person.is_admin or person.id == ASSISTANT.id
    words = ("status", "wake all", "help") if is_operator else ("status", "url all", "help")
    return [f"{command} {word}" for command in installation.commands[:1] for word in words]


def completions(installation: Installation, channel: Channel) -> list[Json]:
    """Return the lines that begin with a slash, each with its usage and help."""
    lines = [
        {"line": f"{command} {sub.name}", "usage": f"{command} {sub.usage}", "help": sub.help}
        for command in installation.commands[:1]
        for sub in installation.subcommands
    ]
    if not channel.is_dm:
        invitation = _invitation(installation)
        text = "Add the bot to this channel"
        lines.append({"line": invitation, "usage": invitation, "help": text})
    return lines


def _invitation(installation: Installation) -> str:
    return f"/invite @{installation.bot_name}"
