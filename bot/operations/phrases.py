"""The words for the verb of an operation in messages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words for a verb in messages.

    `{spaces}` stands for the Spaces or their count; the other names are arguments. `retry_command`
    repeats the failed steps; if it is empty, a person has to decide.
    """

    noun: str  # "Wake" stopped: 2 done
    imperative: str  # "Wake team-a"?
    progressive: str  # "Waking team-a"
    past: str  # "Woke 6 of 7" in 19 s
    completed: str  # team-a "running"
    nothing_to_do: str  # "Nothing to wake": team-a is already running
    participle: str  # Already being "woken"
    retry_command: str = "{verb} {names}"
    ongoing: str = "starting"  # what a Space is after the call: 2 "starting"
    single: str = ""  # "team-a is running" (8 s); "" for `past`
    failure: str = ""  # "Couldn't wake team-a"; "" for that of `imperative`

    def name_act(self, args: Mapping[str, str]) -> str:
        """Return the noun with its arguments: `Change of variable MODE`."""
        return self.noun.format_map(args)


def regular_phrases(
    imperative: str,
    progressive: str,
    past: str,
    completed: str,
    participle: str = "",
    *,
    retry_command: str = "{verb} {names}",
    ongoing: str = "starting",
    single: str = "",
) -> Phrases:
    """Return the phrases of a verb that precedes the Spaces."""
    return Phrases(
        imperative,
        f"{imperative} {{spaces}}",
        f"{progressive} {{spaces}}",
        f"{past} {{spaces}}",
        completed,
        f"Nothing to {imperative.lower()}",
        participle or past.lower(),
        retry_command,
        ongoing,
        single,
    )


HARDWARE = Phrases(
    "Change of hardware",
    "Move {spaces} to {flavor}",
    "Moving {spaces} to {flavor}",
    "Moved {spaces} to {flavor}",
    "on {flavor}",
    "Nothing to change",
    "moved to other hardware",
    "{verb} {names} {flavor}{term}",
)
SLEEP = Phrases(
    "Sleep time",
    "Set the sleep time of {spaces} to {time}",
    "Setting the sleep time of {spaces} to {time}",
    "Set the sleep time of {spaces} to {time}",
    "set to {time}",
    "Nothing to set",
    "given another sleep time",
    "{verb} {names} {time}",
    "in progress",
)
UPLOAD = Phrases(
    "Upload",
    "Upload {files} to {spaces}",
    "Uploading {files} to {spaces}",
    "Uploaded {files} to {spaces}",
    "ready",
    "Nothing to upload",
    "updated",
    retry_command="",
    failure="Uploaded {files} to {spaces}, but the new version isn't ready",
)
VARIABLE = Phrases(
    "Change of variable {key}",
    "Set variable {key}{back} on {spaces}",
    "Setting variable {key}{back} on {spaces}",
    "Set variable {key}{back} on {spaces}",
    "set",
    "Nothing to set",
    "given another variable",
    "{verb} {names} {key} {value}",
)
DELETE_VARIABLE = Phrases(
    "Deletion of variable {key}",
    "Delete variable {key} from {spaces}",
    "Deleting variable {key} from {spaces}",
    "Deleted variable {key} from {spaces}",
    "without it",
    "Nothing to delete",
    "given another variable",
    "{verb} {names} {key}",
)
SECRET = Phrases(
    "Change of secret {key}",
    "Set secret {key} on {spaces}",
    "Setting secret {key} on {spaces}",
    "Set secret {key} on {spaces}",
    "set",
    "Nothing to set",
    "given another secret",
    "{verb} {names} {key}",
)
DELETE_SECRET = Phrases(
    "Deletion of secret {key}",
    "Delete secret {key} from {spaces}",
    "Deleting secret {key} from {spaces}",
    "Deleted secret {key} from {spaces}",
    "without it",
    "Nothing to delete",
    "given another secret",
    "{verb} {names} {key}",
)
