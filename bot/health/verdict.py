"""The verdict about one answer of an app, or about its absence, and its words."""

from dataclasses import dataclass
from enum import StrEnum

from bot.health.check import PROBE_SECONDS, HealthCheck


class ProbeProblem(StrEnum):
    """Why an app isn't ready."""

    STATUS = "status"  # another status than expected
    TIMEOUT = "timeout"  # no whole answer in time
    SLOW = "slow"  # a good answer, but later than the check allows
    UNREACHABLE = "unreachable"  # no connection, or none that speaks HTTP
    CERTIFICATE = "certificate"  # the certificate isn't valid for the host
    REDIRECTS = "redirects"  # more redirects than are followed
    LOGIN = "login"  # visitors are sent to the Hub's login
    ERROR_PAGE = "error_page"  # a page whose title is an error, although the status is none
    FORBIDDEN = "forbidden"  # the host may not be probed, or its address isn't a public one
    NO_ADDRESS = "no_address"  # the Hub reports no host


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What an app answered to one probe."""

    status: int = 0  # 0: no answer
    seconds: float = 0.0  # until the end of the answer
    path: str = "/"
    is_json: bool = False
    problem: ProbeProblem | None = None  # why there is no answer, or none that counts


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a probe: ready, or the problem with the status and time."""

    problem: ProbeProblem | None = None  # None: it is ready
    status: int = 0
    seconds: float = 0.0
    path: str = "/"

    @property
    def is_ready(self) -> bool:
        """Whether the app answers as its check demands."""
        return self.problem is None


def judge(check: HealthCheck, answer: ProbeAnswer) -> Verdict:
    """Return the verdict about *answer* under *check*.

    A redirect to another host counts as an answer, because the app itself sends it.
    """
    return Verdict(_find_problem(check, answer), answer.status, answer.seconds, answer.path)


def _find_problem(check: HealthCheck, answer: ProbeAnswer) -> ProbeProblem | None:
    if answer.problem and not (answer.status and answer.status == check.status):
        return answer.problem
    is_expected = answer.status == check.status if check.status else 200 <= answer.status < 400
    if not is_expected:
        return ProbeProblem.STATUS
    if check.max_seconds is not None and answer.seconds > check.max_seconds:
        return ProbeProblem.SLOW
    return None


def is_conclusive(answer: ProbeAnswer) -> bool:
    """Return whether *answer* to `GRADIO_PATH` decides, so that no other path is requested.

    It doesn't where the app may lack the path or demand a login for it.
    """
    if answer.status in (401, 403, 404, 405):
        return False
    return answer.is_json or not 200 <= answer.status < 400


_PHRASES = {
    ProbeProblem.STATUS: "{status} at {path}",
    ProbeProblem.TIMEOUT: "no answer in {limit:.0f} s",
    ProbeProblem.SLOW: "slow: {seconds:.1f} s",
    ProbeProblem.UNREACHABLE: "no connection",
    ProbeProblem.CERTIFICATE: "its certificate isn't valid",
    ProbeProblem.REDIRECTS: "too many redirects",
    ProbeProblem.LOGIN: "it asks for a login at Hugging Face",
    ProbeProblem.ERROR_PAGE: "an error page at {path}",
    ProbeProblem.FORBIDDEN: "its address isn't public, so I don't visit it",
    ProbeProblem.NO_ADDRESS: "Hugging Face reports no address",
}


def describe_problem(verdict: Verdict) -> str:
    """Return the problem of *verdict* in a few words, "" for a ready app. Not escaped.

    >>> describe_problem(Verdict(ProbeProblem.STATUS, 502))
    '502 at /'
    """
    if verdict.problem is None:
        return ""
    return _PHRASES[verdict.problem].format(
        status=verdict.status, path=verdict.path, seconds=verdict.seconds, limit=PROBE_SECONDS
    )
