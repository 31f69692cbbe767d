"""A person in the simulated Slack, as tests control them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.slack.elements import action_labels, interactive_elements, menu_options
from bot.sandbox.slack.errors import InvalidAction
from bot.sandbox.slack.forms import fill_form
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.model import Json, Message, Person, Push, View
from bot.sandbox.slack.typing import Composer
from bot.sandbox.slack.workspace import Workspace


class Actor:
    """What one person does and sees. Thread-safe."""

    def __init__(
        self,
        person: Person,
        workspace: Workspace,
        composer: Composer,
        interactions: Interactions,
    ) -> None:
        self.id = person.id
        self.name = person.name
        self.title = person.title
        self._workspace = workspace
        self._composer = composer
        self._interactions = interactions

    @property
    def dm(self) -> str:
        """The channel id of this person's direct messages with the bot."""
        return self._workspace.directory.dm(self.id).id

    @property
    def view(self) -> View | None:
        """The modal that this person sees, or None."""
        return self._workspace.view(self.id)

    @property
    def pushes(self) -> tuple[Push, ...]:
        """The notifications on this person's phone."""
        return self._workspace.pushes(self.id)

    def visible_messages(self, channel: str) -> tuple[Message, ...]:
        """Return the messages that this person sees in *channel*, without threads."""
        return self._workspace.messages(channel, self.id)

    def wait_for_message(self, channel: str, text: str) -> Message:
        """Wait for the first message in *channel* that this person sees and that contains *text*.

        Raises:
            TimeoutError: after 30 seconds.
        """
        return self._workspace.wait_for_text(channel, text, self.id)

    def wait_for_view(self, title: str) -> View:
        """Wait for the modal with *title*.

        Raises:
            TimeoutError: after 30 seconds.
        """

        def opened() -> View | None:
            return self.view if self.view and self.view.title == title else None

        view = self._workspace.wait_for(opened)
        assert view is not None
        return view

    def type(
        self, channel: str, text: str, *, thread_ts: str = "", files: Sequence[str] = ()
    ) -> None:
        """Send a message or a slash command."""
        channel_id = self._workspace.directory.find(channel).id
        self._composer.type(self.id, channel_id, text, thread_ts, files)

    def edit(self, message: Message, text: str) -> None:
        """Edit one of this person's own messages."""
        self._composer.edit(self.id, message.channel, message.ts, text)

    def attach(self, name: str, content: bytes) -> str:
        """Upload a file to the composer or a modal; return its id."""
        return self._workspace.files.add(name, content, self.id).id

    def click(
        self, target: Message | View, label: str, answers: Mapping[str, Any] | None = None
    ) -> None:
        """Tap the button, or select the menu's option, with this label."""
        block_id, selection = _find_action(target, label)
        if isinstance(target, View):
            values = fill_form(target, answers or {})
            self._interactions.click_view(self.id, target, block_id, selection, values)
        else:
            self._interactions.click(self.id, target, block_id, selection)

    def submit(self, view: View, answers: Mapping[str, Any] | None = None) -> None:
        """Submit a modal with *answers* by block id (see `forms.fill_form`)."""
        self._interactions.submit(self.id, view, fill_form(view, answers or {}))

    def close(self, view: View) -> None:
        """Close a modal."""
        self._interactions.close(self.id, view)

    def shortcut(self, callback_id: str, target: Message | None = None) -> None:
        """Use a shortcut, from the menu of the message *target* if given."""
        if target is None:
            self._interactions.shortcut(self.id, callback_id)
        else:
            self._interactions.message_shortcut(self.id, target, callback_id)


def _find_action(target: Message | View, label: str) -> tuple[str, Json]:
    for block_id, element in interactive_elements(target.blocks):
        if label not in action_labels(element):
            continue
        selection: Json = {"action_id": element["action_id"]}
        if element["type"] == "button":
            return block_id, selection
        chosen = next(o for o in menu_options(element) if o["text"]["text"] == label)
        is_multiple = element["type"] in ("checkboxes", "multi_static_select")
        key, value = ("selected_options", [chosen]) if is_multiple else ("selected_option", chosen)
        return block_id, {**selection, key: value}
    raise InvalidAction(f"There is nothing to tap that says “{label}”.")
