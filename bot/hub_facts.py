"""Facts of the Hub other than its Spaces: accounts, hardware, commits and rate limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model import Space

#: Calls of the rate limit that bulk work leaves for the sweep and for people's reads.
RESERVE = 20
#: Spaces on one page of a list, the number that the Hub's own clients request.
PAGE_SPACES = 500


def count_pages(spaces: int) -> int:
    """Return how many calls it takes to list this many Spaces.

    >>> [count_pages(spaces) for spaces in (0, 500, 501)]
    [1, 1, 2]
    """
    return max(1, -(-spaces // PAGE_SPACES))


@dataclass(frozen=True, slots=True)
class RateBudget:
    """The calls left in the rate-limit window, from the Hub's RateLimit header."""

    remaining: int
    resets_at: datetime
    quota: int = 0  # calls of the whole window; 0: the Hub didn't say


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the bot's token on the Hub, and what the token may do."""

    name: str
    orgs: tuple[str, ...] = ()
    token_kind: str = ""  # must be "access_token", because an OAuth token can't restart Spaces
    token_role: str = ""  # "read", "write" or "fineGrained"
    writes_to: tuple[str, ...] = ()  # owners and repos that a fine-grained token may write to


@dataclass(frozen=True, slots=True)
class Flavor:
    """Hardware for Spaces and its price."""

    name: str  # "t4-small"
    title: str  # "Nvidia T4 - small"
    cpu: str = ""  # "4 vCPU"
    ram: str = ""  # "15 GB"
    accelerator: str = ""  # "1 T4 16 GB"
    dollars_per_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that the Hub accepted."""

    url: str
    oid: str  # 40 hexadecimal digits


@dataclass(frozen=True, slots=True)
class Staleness:
    """Why facts are of an earlier sweep: a Hub outage or a rate limit."""

    since: datetime  # the time of the sweep
    limited_until: datetime | None = None  # the end of a rate limit; None: no answer


@dataclass(frozen=True, slots=True)
class LastCommit:
    """The newest commit of a Space's files."""

    author: str  # "" if unknown
    at: datetime


@dataclass(frozen=True, slots=True)
class SpaceSettings:
    """Settings of a Space that only the answer about it has; "" means unknown."""

    visibility: str = ""  # "public", "private" or "protected": the app is public, its files aren't
    requested_hardware: str = ""
    current_hardware: str = ""  # "" while it doesn't run
    is_dev_mode: bool = False
    requested_replicas: str = ""
    current_replicas: str = ""
    volumes: tuple[str, ...] = ()  # "acme/data at /data"
    domains: tuple[str, ...] = ()  # "a.hf.space", with the stage if it isn't ready


@dataclass(frozen=True, slots=True)
class SpaceDetails:
    """One Space with the facts that the Hub does not return with it."""

    space: Space
    stage_since: datetime | None = None  # when this stage was first seen; None: unknown
    dollars_per_hour: float | None = None  # price of its hardware; None: unknown or free
    staleness: Staleness | None = None  # None: current
    settings: SpaceSettings | None = None  # None: the Hub didn't answer


#: The plan without new Gradio and Docker Spaces.
#: https://huggingface.co/docs/hub/spaces-overview#creating-a-new-space
FREE_PLAN = "free"


@dataclass(frozen=True, slots=True)
class Template:
    """A Space to copy, with its copied variables and what isn't copied."""

    space: Space
    variables: Mapping[str, str] | None = None  # None: the Hub didn't return them
    secrets: tuple[str, ...] | None = None  # None: the Hub didn't return them
    settings: SpaceSettings | None = None
    owner_plan: str = ""  # of the owner of the copies; "" if unknown
