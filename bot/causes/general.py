"""General causes: which part failed, where the words name nothing more specific."""

import re

from bot.causes.cause import CauseId, KnownCause, Move, Place, in_places, words

GENERAL: tuple[KnownCause, ...] = (
    KnownCause(
        CauseId.MISSING_MODULE,
        Move.TEAM,
        "A package is missing or has another version.",
        "Add it to requirements.txt.",
        in_places(r"\b(?:modulenotfounderror|importerror): |failed building wheel for ", Place.LOG),
    ),
    KnownCause(
        CauseId.PLATFORM,
        Move.PLATFORM,
        "Hugging Face has a problem.",
        "Restart the Space later.",
        in_places(r"failed to pull image|internal server error|service unavailable", Place.ERROR),
        is_symptom=True,
    ),
    KnownCause(
        CauseId.CONFIGURATION,
        Move.TEAM,
        "The Space's configuration is wrong.",
        "",
        {
            Place.ERROR: words(r"config(?:uration)? error\b|\b(?:app_file|app_port|dockerfile) "),
            Place.LOG: words(r"yaml\.\w{1,20}\.\w{1,20}error: |dockerfile parse error"),
        },
        is_symptom=True,
    ),
    KnownCause(
        CauseId.CODE,
        Move.TEAM,
        "The app's code raised an error.",
        "",
        {
            Place.ERROR: words(r"\bexit code: |traceback \(most recent call last\)"),
            Place.LOG: re.compile(
                r"^\s{0,20}(?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,60}(?:Error|Exception)(?:: |$)"
            ),
        },
        is_symptom=True,
    ),
)
