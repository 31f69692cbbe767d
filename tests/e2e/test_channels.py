"""The alert channel in earnest: not there yet, renamed, archived, and given another id."""

from pathlib import Path

from bot.sandbox.slack.nouns import BOT_USER, Message
from bot.sandbox.slack.rooms import LEAD, OPS
from tests.e2e.house import House, house

SPACE = "ifcore-org/ifcore-team-a"


def test_alerts_follow_their_channel_and_wait_where_they_cannot_be_posted(tmp_path: Path) -> None:
    names = {"SPACEBOT_ALERT_CHANNEL": OPS.name, "SPACEBOT_ADMINS": LEAD.id}
    with house(tmp_path, None, **names) as home:
        channels = home.sandbox.slack.channels
        home.sandbox.workspace.rooms.leave(OPS.id, BOT_USER)
        home.start()

        home.until(lambda: noticed(home, "not in a channel called #space-ops"))
        home.sandbox.lead.type(OPS.id, "/invite @spacebot")
        home.said_first()
        home.until(lambda: noticed(home, f"I can post in <#{OPS.id}> again"))

        channels.rename(OPS.id, "ops")
        channels.archive(OPS.id)
        home.until(lambda: noticed(home, f"<#{OPS.id}> was archived"))
        home.world.break_(SPACE)
        home.sweeps()
        assert home.said("team-a crashed") == []

        channels.unarchive(OPS.id)
        home.until(lambda: home.said("team-a crashed"))

        channels.change_id(OPS.id, "C0SHARED")
        home.world.heal(SPACE)
        home.until(lambda: home.said("team-a.*fixed", "C0SHARED"))
        assert len(home.said("team-a", "C0SHARED")) == 1


def noticed(home: House, words: str) -> list[Message]:
    """Return the direct messages to the admin that say so now."""
    seen = home.sandbox.lead.sees(home.sandbox.lead.dm)
    return [m for m in seen if words in f"{m.text} {m.blocks}"]
