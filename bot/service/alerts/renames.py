"""Renames: the stored state and the watches of a Space follow its new name."""

from collections.abc import Iterable, Mapping, Sequence

from bot.alerts.reasons import Reason, ReasonCode
from bot.model import repo_of
from bot.parsing import NameIndex
from bot.store import Tx, spaces, watches


def rename(
    tx: Tx, prefix: str, known: Iterable[str], renamed: Mapping[str, str]
) -> Mapping[str, Sequence[Reason]]:
    """Rename stored Spaces and their watches; return reasons by Space for the transitions."""
    reasons: dict[str, list[Reason]] = {}
    ids = set(known)
    for old, new in renamed.items():
        new_spellings = map_spellings(old, new, ids, prefix)
        ids = ids - {old} | {new}
        spaces.rename(tx, old, new)
        reasons[new] = [
            Reason(ReasonCode.WATCH_RENAMED, channel=channel)
            for channel in watches.rename(tx, new_spellings)
        ]
    return reasons


def map_spellings(old: str, new: str, known: set[str], prefix: str) -> Mapping[str, str]:
    """Return the new spelling of each word that meant only *old* among *known*.

    >>> map_spellings("acme/if-a", "acme/if-z", {"acme/if-a", "acme/if-b"}, "if-")
    {'if-a': 'z', 'a': 'z', 'acme/if-a': 'acme/if-z'}
    """
    before, after = NameIndex.of(known, prefix), NameIndex.of(known - {old} | {new}, prefix)
    repo = repo_of(old)
    words = [word for word in (repo, before.short_name(old)) if before.find(word) == (old,)]
    return dict.fromkeys(map(str.casefold, words), after.short_name(new)) | {old.casefold(): new}


__all__ = ["map_spellings", "rename"]
