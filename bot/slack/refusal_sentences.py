"""Sentences for the refusals of Slack, by their error code."""

import re
from collections.abc import Mapping

_SCOPE_PATTERN = re.compile(r"[a-z_.:-]{1,80}")

NOT_DONE = "Nothing changed."
RETRY_ADVICE = "Try again in a moment."
_REPORT_ADVICE = "If it happens again, please report it."
_REINSTALL_ADVICE = "Reinstall the app and set SLACK_BOT_TOKEN."
# The fact, the effect and the next step of a refusal, by its code.
_SENTENCES_BY_CODE: Mapping[str, tuple[str, str, str]] = {
    "not_in_channel": (
        "I'm not in that channel.",
        "Nothing was posted.",
        "Run `/invite @Spacebot` there.",
    ),
    "channel_not_found": (
        "There's no such channel, or I'm not in it.",
        "Nothing was posted.",
        "Check its name, and invite me if it's private.",
    ),
    "is_archived": ("That channel is archived.", "Nothing was posted.", "Choose another one."),
    "message_not_found": ("That message was deleted.", NOT_DONE, "Send the command again."),
    "user_not_found": (
        "Slack can't find that person here.",
        NOT_DONE,
        "Pick the person from Slack's list after @.",
    ),
    "invalid_auth": ("Slack rejected my token.", NOT_DONE, _REINSTALL_ADVICE),
    "token_revoked": ("My token was revoked.", NOT_DONE, _REINSTALL_ADVICE),
    "account_inactive": ("My account was deactivated.", NOT_DONE, "Reinstall the app."),
    "used_url": ("That question is already answered.", NOT_DONE, "See its card."),
    "expired_url": (
        "That message is too old to answer.",
        NOT_DONE,
        "Send the command again.",
    ),
}


def describe_refusal(code: str, needed: str) -> tuple[str, str, str]:
    """Return the fact, the effect and the next step of a refusal."""
    if code == "missing_scope":
        scope = needed if _SCOPE_PATTERN.fullmatch(needed) else "it needs"
        return (
            f"The Slack app is missing the scope {scope}.",
            NOT_DONE,
            "Add it to the app, then reinstall the app.",
        )
    return _SENTENCES_BY_CODE.get(code, (f"Slack refused ({code}).", NOT_DONE, _REPORT_ADVICE))
