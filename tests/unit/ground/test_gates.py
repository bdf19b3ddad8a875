from __future__ import annotations

import threading
import time

import pytest

from pytest_mlops_ws.ground.gates import Gate


def test_many_pass_together() -> None:
    gate, together = Gate(), threading.Barrier(3)

    def work() -> None:
        with gate.passing():
            together.wait(10)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not together.broken


def test_who_is_alone_is_alone() -> None:
    gate, inside, most = Gate(), [0, 0], [0, 0]

    def work(number: int) -> None:
        for _ in range(20):
            with gate.alone() if number == 0 else gate.passing():
                inside[min(number, 1)] += 1
                if number == 0:
                    most[0] = max(most[0], inside[0] + inside[1])
                time.sleep(0.0005)
                inside[min(number, 1)] -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most[0] == 1


def test_who_is_alone_may_pass_and_be_alone_again() -> None:
    gate = Gate()
    with gate.alone(), gate.passing(), gate.alone():
        pass
    with gate.passing():
        pass


def test_the_gate_opens_after_an_exception() -> None:
    gate = Gate()
    for enter in (gate.passing, gate.alone):
        with pytest.raises(ZeroDivisionError), enter():
            raise ZeroDivisionError
    with gate.alone():
        pass
