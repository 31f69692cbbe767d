"""The search for known causes: bounded, from specific to general, and by the last line."""

from bot.causes import CauseId, in_error, in_failure, in_refusal, is_locked


def test_text_is_bounded() -> None:
    assert in_failure([f"{'x' * 1_000} CUDA out of memory"], "") is None
    assert in_error("\n" * 60 + "Memory limit exceeded (16Gi)") is None


def test_missing_secret_is_named() -> None:
    found = in_failure(["KeyError: 'OPENAI_API_KEY'"], "Exit code: 1")
    assert found
    assert (found.cause.command, found.key) == ("secret set {}", "OPENAI_API_KEY")
    assert found.text.startswith("The secret OPENAI_API_KEY isn't set.")


def test_another_cause_says_more_than_a_symptom() -> None:
    timeout = "Launch timed out, workload was not healthy after 30 min"
    log = ["OSError: Cannot find empty port in range: 7860-7860."]
    assert in_failure(log, timeout).cause.id is CauseId.PORT_IN_USE  # type: ignore[union-attr]
    assert in_failure([], timeout).cause.id is CauseId.LAUNCH_TIMEOUT  # type: ignore[union-attr]


def test_last_error_of_a_log_counts() -> None:
    log = ["KeyError: 'FIRST_KEY'", "KeyError: 'SECOND_KEY'"]
    assert in_failure(log, "").key == "SECOND_KEY"  # type: ignore[union-attr]


def test_refused_act_on_a_listed_space_blames_the_token() -> None:
    assert in_refusal("Invalid username or password.") is None


def test_only_locks_make_a_restart_useless() -> None:
    assert is_locked("Flagged as abusive")
    assert is_locked("Access to this resource is disabled.")
    assert not is_locked("Memory limit exceeded (16Gi)")
    assert not is_locked("")
