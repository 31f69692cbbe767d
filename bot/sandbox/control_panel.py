"""The endpoints of the page's control drawer: the state of the Spaces, and faults to start."""

from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.clock import SandboxClock
from bot.sandbox.scenarios import SCENARIOS
from bot.sandbox.slack import faults
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.errors import InvalidAction
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.page_api import page_route

SPACE_ACTIONS = {
    "break": "break_",
    "build_error": "build_error",
    "sleep": "sleep",
    "pause": "pause",
    "answer_502": "answer_502",
    "ignore_commits": "ignore_commits",
    "heal": "heal",
}
SLACK_FAULTS = {
    "429": faults.rate_limited(5),
    "503": faults.server_error(503),
    "trigger_expired_in_details": faults.EXPIRED_TRIGGERS[-1],
    "dropped": faults.drop_connection(),
    "stored_dropped": faults.drop_connection(stored=True),
    "silent": faults.no_response(),
    "stored_silent": faults.no_response(stored=True),
    "html": faults.html_page(),
    "no_ts": faults.answer_without_ts(),
    "other_channel": faults.answer_of_another_channel(),
}
HUB_STATES = {
    "hub_down": "down",
    "hub_slow": "slow",
    "hub_limited": "limited",
    "hub_up": "up",
}


class BotProcess(Protocol):
    """The bot's process, as far as the drawer shows and controls it."""

    @property
    def bot_state(self) -> str:
        """The state that the drawer shows."""

    @property
    def clock(self) -> Callable[[], float]:
        """The clock of the sandbox and the bot, in epoch seconds."""

    @property
    def find_next_schedule(self) -> Callable[[], float | None] | None:
        """A function that returns the time of the next schedule; None without a bot."""

    @property
    def on_kill_bot(self) -> Callable[[], None] | None:
        """A function that kills the bot, or None if the sandbox didn't start it."""


class ControlPanel:
    """Handles the drawer's requests. *world* is the Hub, or None in a sandbox without one."""

    def __init__(self, slack: Slack, world: Any, bot: BotProcess) -> None:
        self._slack = slack
        self._world = world
        self._bot = bot
        self._actions: dict[str, Callable[[], None]] = {
            "slack_down": slack.go_down,
            "slack_up": slack.come_up,
            "slack_cut": slack.cut_sockets,
            "slack_reconnect": slack.request_reconnect,
            "slack_twice": slack.deliver_twice,
            "slack_both_kinds": slack.deliver_as_both_kinds,
            "slack_clear": slack.faults.clear,
            "clear_faults": self._clear_faults,
            "kill_bot": self._kill_bot,
            "next_schedule": self._move_clock_to_schedule,
        }

    def routes(self) -> list[BaseRoute]:
        """Return the drawer's routes."""
        return [
            Route("/sandbox/hub", self.hub),
            Route("/sandbox/control", page_route(self.control), methods=["POST"]),
        ]

    async def hub(self, _request: Request) -> Response:
        """Return the state of Spaces, Hub, Slack and bot, and the available scenarios."""
        return JSONResponse(
            {
                "spaces": self._world.snapshot() if self._world else [],
                "hub": self._world.faults.hub if self._world else "up",
                "slack": self._slack.state,
                "bot": self._bot.bot_state,
                "clock": self._bot.clock(),
                "scenarios": self._scenarios(),
                "waiting": self._count_pending_faults(),
            }
        )

    def control(self, body: Json) -> None:
        """Run the action named `do` in *body*.

        Raises:
            InvalidAction: if the action, its Space or its scenario is unknown.
        """
        action = body["do"]
        if action in SPACE_ACTIONS:
            self._act_on_space(SPACE_ACTIONS[action], body.get("space"))
        elif action in HUB_STATES:
            self._require_hub().faults.hub = HUB_STATES[action]
        elif action in self._actions:
            self._actions[action]()
        elif action == "scenario":
            self._start_scenario(body.get("scenario"))
        elif action == "clock":
            self._move_clock(float(body["seconds"]))
        elif action == "slack_fault":
            self._plan_fault(body)
        else:
            raise InvalidAction(f"The sandbox has no action “{action}”.")

    def _plan_fault(self, body: Json) -> None:
        """Make the next calls of a method fail, or all calls for some seconds.

        `kind` is a key of SLACK_FAULTS or an error code of Slack's.
        """
        kind = body["kind"]
        fault = SLACK_FAULTS[kind] if kind in SLACK_FAULTS else faults.api_error(kind)
        seconds = body.get("seconds")
        times = body.get("times", None if seconds else 1)
        self._slack.faults.plan(body["method"], fault, times=times, seconds=seconds)

    def _scenarios(self) -> list[Json]:
        """Return the available scenarios; those of the Hub and the Spaces only if there is one."""
        return [
            {"id": id, "group": scenario.group, "label": scenario.label}
            for id, scenario in SCENARIOS.items()
            if self._world or scenario.group not in ("Hub", "Spaces")
        ]

    def _count_pending_faults(self) -> int:
        """Return the number of planned faults that haven't occurred yet."""
        hub_faults = self._world.faults.waiting if self._world else 0
        return int(self._slack.faults.waiting + hub_faults)

    def _start_scenario(self, id: Any) -> None:
        if id not in {scenario["id"] for scenario in self._scenarios()}:
            raise InvalidAction(f"The sandbox has no fault called {id}.")
        SCENARIOS[id].start(self._slack, self._world)

    def _clear_faults(self) -> None:
        self._slack.faults.clear()
        if self._world:
            self._world.lift_faults()

    def _act_on_space(self, method: str, space: Any) -> None:
        ids = {line["id"] for line in self._require_hub().snapshot()}
        if space not in ids:
            raise InvalidAction(f"There is no Space {space} in the sandbox's Hub.")
        getattr(self._require_hub(), method)(space)

    def _require_hub(self) -> Any:
        if self._world is None:
            raise InvalidAction("This sandbox has no Hub, so nothing was changed.")
        return self._world

    def _move_clock(self, seconds: float) -> None:
        clock = self._bot.clock
        if not isinstance(clock, SandboxClock):
            raise InvalidAction("This sandbox's clock can't be moved.")
        clock.advance(seconds)

    def _move_clock_to_schedule(self) -> None:
        """Move the clock to the next run of a schedule, which is due then."""
        find = self._bot.find_next_schedule
        at = find() if find else None
        if at is None:
            raise InvalidAction("Nothing is scheduled. Type `/space wake all at 13:50`.")
        self._move_clock(at - self._bot.clock())

    def _kill_bot(self) -> None:
        if self._bot.on_kill_bot is None:
            raise InvalidAction("This sandbox didn't start the bot, so it can't kill it.")
        self._bot.on_kill_bot()
