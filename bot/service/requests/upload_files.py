"""Fetches the files of an upload from Slack, and checks its README at the Hub."""

from collections.abc import Sequence
from datetime import timedelta

from bot import uploads
from bot.errors import HubError, HubUnavailable, UsageError
from bot.model import Ask, SlackFile
from bot.service import request_state
from bot.service.dependencies import Dependencies, Hub, Slack

# For all files together; no further file is fetched after it.
_FETCH_TIMEOUT = timedelta(seconds=120)


def fetch_files(deps: Dependencies, ask: Ask, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return the files as (name, content).

    All files are checked for access and size before the first is fetched.

    Raises:
        UsageError: A file is unavailable, too large or too slow.
    """
    slack_files = [deps.slack.attachment(id) for id in dict.fromkeys(ids)]
    uploads.check_available(slack_files)
    uploads.check_sizes([(file.name, file.size) for file in slack_files])
    deadline, remaining = deps.now() + _FETCH_TIMEOUT, uploads.MAX_BYTES
    files = []
    for file in slack_files:
        request_state.heartbeat(deps.store, ask, deps.now())
        if deps.now() > deadline:
            raise UsageError(
                "Slack is sending the files too slowly, so nothing was uploaded. Try again with "
                "fewer files."
            )
        content = _download(deps.slack, file, remaining)
        remaining -= len(content)
        files.append((file.name, content))
    return files


def _download(slack: Slack, file: SlackFile, remaining: int) -> bytes:
    """Return the content of *file*.

    A size of zero may be wrong, so such files are fetched, too.
    """
    content = slack.download(file, remaining)
    uploads.check_complete(file, content)
    return content


def check_card(hub: Hub, plan: uploads.UploadPlan) -> None:
    """Raise UsageError if the Hub rejects the README's front matter.

    The Hub would reject the commit for it later, after the secrets were set.
    """
    if plan.card is None:
        return
    try:
        text = plan.card.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            "README.md isn't UTF-8, so nothing was uploaded. Save it as UTF-8."
        ) from error
    try:
        hub.validate_card(text)
    except HubUnavailable:
        raise
    except HubError as error:
        raise UsageError(f"README.md: {error} Nothing was uploaded.") from error
