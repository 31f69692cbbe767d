"""Verdicts in words, which both operations and messages use."""

from bot.health.check import PROBE_SECONDS
from bot.health.verdict import ProbeProblem, Verdict

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
