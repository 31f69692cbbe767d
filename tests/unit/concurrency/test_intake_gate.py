"""Requests being acknowledged go first, and answers wait only briefly."""

from threading import Event, Thread

from bot.concurrency.intake_gate import IntakeGate


def test_idle_gate_does_not_delay() -> None:
    gate = IntakeGate(timeout=600)  # longer than a test may take
    with gate.receiving():
        pass

    gate.wait_idle()


def test_work_begins_when_the_last_request_is_received() -> None:
    gate, has_begun = IntakeGate(timeout=60), Event()

    def work() -> None:
        gate.wait_idle()
        has_begun.set()

    with gate.receiving():
        with gate.receiving():
            thread = Thread(target=work)
            thread.start()
        assert not has_begun.is_set()
    thread.join(10)

    assert has_begun.is_set()


def test_busy_gate_delays_for_its_timeout_only() -> None:
    gate = IntakeGate(timeout=0.01)
    with gate.receiving():
        gate.wait_idle()
