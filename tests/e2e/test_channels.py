"""The alert channel end to end: missing, renamed, archived, and converted to another id."""

from pathlib import Path

from bot.sandbox.slack.directory import LEAD, OPS
from bot.sandbox.slack.model import BOT_USER, Message
from tests.e2e.environment import Environment, open_environment

SPACE = "ifcore-org/ifcore-team-a"


def test_alerts_follow_channel_changes_and_wait_while_blocked(tmp_path: Path) -> None:
    names = {"SPACEBOT_ALERT_CHANNEL": OPS.name, "SPACEBOT_ADMINS": LEAD.id}
    with open_environment(tmp_path, None, **names) as env:
        channels = env.sandbox.slack.channels
        env.sandbox.workspace.directory.leave(OPS.id, BOT_USER)
        env.start()

        env.wait_until(lambda: find_notices(env, "not in a channel called #space-ops"))
        env.sandbox.lead.type(OPS.id, "/invite @spacebot")
        env.wait_for_initial_scan()
        env.wait_until(lambda: find_notices(env, f"I can post in <#{OPS.id}> again"))

        channels.rename(OPS.id, "ops")
        channels.archive(OPS.id)
        env.wait_until(lambda: find_notices(env, f"<#{OPS.id}> was archived"))
        env.world.break_(SPACE)
        env.wait_for_sweeps()
        assert env.bot_messages("team-a crashed") == []

        channels.unarchive(OPS.id)
        env.wait_until(lambda: env.bot_messages("team-a crashed"))

        channels.change_id(OPS.id, "C0SHARED")
        env.world.heal(SPACE)
        env.wait_until(lambda: env.bot_messages("team-a.*ecovered", "C0SHARED"))
        assert len(env.bot_messages("team-a", "C0SHARED")) == 1


def find_notices(env: Environment, words: str) -> list[Message]:
    """Return the direct messages to the admin that contain *text* now."""
    messages = env.sandbox.lead.visible_messages(env.sandbox.lead.dm)
    return [m for m in messages if words in f"{m.text} {m.blocks}"]
