"""Who is being taken in goes first, and nobody waits for long."""

from threading import Event, Thread

from bot.listeners.doorway import Doorway


def test_nobody_in_the_doorway_is_nobody_to_wait_for() -> None:
    doorway = Doorway(moment=600)  # longer than a test may take
    with doorway.passing():
        pass

    doorway.let_pass()


def test_work_begins_when_the_last_one_is_in() -> None:
    doorway, began = Doorway(moment=60), Event()

    def work() -> None:
        doorway.let_pass()
        began.set()

    with doorway.passing():
        with doorway.passing():
            thread = Thread(target=work)
            thread.start()
        assert not began.is_set()
    thread.join(10)

    assert began.is_set()


def test_a_door_that_is_never_free_delays_for_a_moment_only() -> None:
    doorway = Doorway(moment=0.01)
    with doorway.passing():
        doorway.let_pass()
