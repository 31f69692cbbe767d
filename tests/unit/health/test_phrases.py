"""Verdicts in words: short, and with the number that says most."""

import pytest

from bot.health.phrases import describe_problem
from bot.health.verdict import ProbeProblem, Verdict


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(status=200), ""),
        (Verdict(ProbeProblem.STATUS, 404, path="/docs"), "404 at /docs"),
        (Verdict(ProbeProblem.TIMEOUT), "no answer in 10 s"),
        (Verdict(ProbeProblem.SLOW, 200, 3.21), "slow: 3.2 s"),
        (Verdict(ProbeProblem.ERROR_PAGE, 200), "an error page at /"),
    ],
)
def test_problem_in_words(verdict: Verdict, words: str) -> None:
    assert describe_problem(verdict) == words


@pytest.mark.parametrize("problem", ProbeProblem)
def test_every_problem_has_words(problem: ProbeProblem) -> None:
    assert describe_problem(Verdict(problem))
