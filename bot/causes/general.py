"""General causes: which part failed, where the words name nothing more specific."""

import re

from bot.causes.cause import CauseId, KnownCause, ResponsibleParty, TextSource, in_sources, words

GENERAL: tuple[KnownCause, ...] = (
    KnownCause(
        CauseId.MISSING_MODULE,
        ResponsibleParty.TEAM,
        "A package is missing or has another version.",
        "Add it to requirements.txt.",
        in_sources(
            r"\b(?:modulenotfounderror|importerror): |failed building wheel for ", TextSource.LOG
        ),
        "modulenotfounderror|importerror|building wheel",
    ),
    KnownCause(
        CauseId.PLATFORM,
        ResponsibleParty.PLATFORM,
        "Hugging Face has a problem.",
        "Restart the Space later.",
        in_sources(
            r"failed to pull image|internal server error|service unavailable", TextSource.ERROR
        ),
        "pull image|internal server error|service unavailable",
        is_symptom=True,
    ),
    KnownCause(
        CauseId.CONFIGURATION,
        ResponsibleParty.TEAM,
        "The Space's configuration is wrong.",
        "",
        {
            TextSource.ERROR: words(
                r"config(?:uration)? error\b|\b(?:app_file|app_port|dockerfile) "
            ),
            TextSource.LOG: words(r"yaml\.\w{1,20}\.\w{1,20}error: |dockerfile parse error"),
        },
        "config|app_file|app_port|dockerfile|yaml.",
        is_symptom=True,
    ),
    KnownCause(
        CauseId.CODE,
        ResponsibleParty.TEAM,
        "The app's code raised an error.",
        "",
        {
            TextSource.ERROR: words(r"\bexit code: |traceback \(most recent call last\)"),
            TextSource.LOG: re.compile(
                r"^\s{0,20}(?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,60}(?:Error|Exception)(?:: |$)"
            ),
        },
        "exit code|traceback|error|exception",
        is_symptom=True,
    ),
)
