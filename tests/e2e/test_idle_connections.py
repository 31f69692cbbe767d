"""In HTTP mode a thousand idle connections block neither Slack nor a probe, and leak no memory.

The bot cuts an idle connection after ten seconds, so a round of cuts is over after that. The test
lasts two rounds and a bit: a third adds nothing, and a minute of waiting would delay the suite by
half a minute. `tests.bench flood` measures a whole minute.
"""

import threading
import time
from itertools import count
from pathlib import Path

from bot.web.server import RECEIVE_SECONDS
from tests.e2e.environment import open_environment
from tests.e2e.flood import Caller, Flood, allow_many_connections
from tests.e2e.process import memory

CONNECTIONS = 1000
SECONDS = 2.2 * RECEIVE_SECONDS
# A connection that is cut and not freed costs about 5 KiB, so two rounds of them cost 10 MiB.
MAX_GROWTH_MIB = 5.0


def test_a_thousand_idle_connections_block_no_request(tmp_path: Path) -> None:
    with allow_many_connections(), open_environment(tmp_path, SLACK_APP_TOKEN="") as env:
        bot = env.start(SLACK_APP_TOKEN="")
        port = int(bot.wait_for_line("ready on port").rsplit(" ", 1)[1])
        flood, caller = Flood(port, CONNECTIONS), Caller(port, env.environ["SLACK_SIGNING_SECRET"])
        flood.refill()
        caller.call_all(0)
        began, used = time.monotonic(), [memory(bot.pid)]
        for number in count(1):
            if time.monotonic() - began > SECONDS:
                break
            flood.refill()
            caller.call_all(number)
            used.append(memory(bot.pid))
            threading.Event().wait(0.5)
        opened = flood.opened
        flood.end()
        assert bot.terminate() == 0

    assert not caller.failures
    assert opened >= 2 * CONNECTIONS, "the bot has cut none of them"
    settled = used[len(used) // 4 :]
    assert max(settled) - settled[0] < MAX_GROWTH_MIB, used
    assert "Traceback" not in bot.output
