"""Verdicts: what an answer means under a check, and its words."""

import pytest

from bot.health.check import HealthCheck
from bot.health.verdict import (
    ProbeAnswer,
    ProbeProblem,
    Verdict,
    describe_problem,
    is_conclusive,
    judge,
)

DEFAULT = HealthCheck()


@pytest.mark.parametrize(
    ("check", "answer", "problem"),
    [
        (DEFAULT, ProbeAnswer(200), None),
        (DEFAULT, ProbeAnswer(204), None),
        (DEFAULT, ProbeAnswer(302), None),  # to another host
        (DEFAULT, ProbeAnswer(401), ProbeProblem.STATUS),
        (DEFAULT, ProbeAnswer(404), ProbeProblem.STATUS),
        (DEFAULT, ProbeAnswer(500), ProbeProblem.STATUS),
        (DEFAULT, ProbeAnswer(502), ProbeProblem.STATUS),
        (DEFAULT, ProbeAnswer(problem=ProbeProblem.TIMEOUT), ProbeProblem.TIMEOUT),
        (DEFAULT, ProbeAnswer(200, problem=ProbeProblem.ERROR_PAGE), ProbeProblem.ERROR_PAGE),
        (DEFAULT, ProbeAnswer(302, problem=ProbeProblem.LOGIN), ProbeProblem.LOGIN),
        (HealthCheck(status=404), ProbeAnswer(404), None),
        (HealthCheck(status=404), ProbeAnswer(200), ProbeProblem.STATUS),
        (HealthCheck(status=302), ProbeAnswer(302, problem=ProbeProblem.LOGIN), None),
        (HealthCheck(max_seconds=2), ProbeAnswer(200, 1.9), None),
        (HealthCheck(max_seconds=2), ProbeAnswer(200, 2.1), ProbeProblem.SLOW),
        (HealthCheck(max_seconds=2), ProbeAnswer(502, 2.1), ProbeProblem.STATUS),
    ],
)
def test_verdict(check: HealthCheck, answer: ProbeAnswer, problem: ProbeProblem | None) -> None:
    verdict = judge(check, answer)

    assert verdict.problem is problem
    assert verdict.is_ready is (problem is None)
    assert (verdict.status, verdict.seconds) == (answer.status, answer.seconds)


@pytest.mark.parametrize(
    ("answer", "decides"),
    [
        (ProbeAnswer(200, is_json=True), True),
        (ProbeAnswer(200), False),  # another framework's page
        (ProbeAnswer(404), False),  # an old Gradio
        (ProbeAnswer(401), False),  # Gradio with a login
        (ProbeAnswer(502), True),
        (ProbeAnswer(problem=ProbeProblem.TIMEOUT), True),
    ],
)
def test_answer_about_the_endpoints_of_gradio_may_not_decide(
    answer: ProbeAnswer, *, decides: bool
) -> None:
    assert is_conclusive(answer) is decides


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
