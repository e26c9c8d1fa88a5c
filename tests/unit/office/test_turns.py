"""Turns of arriving tablets: one at a time, a few wait, the others are sent away at once."""

from __future__ import annotations

import threading

import pytest

from office.web.tablet.turns import Busy, Turns


def test_one_at_a_time_and_the_others_one_after_the_other() -> None:
    turns, inside, most = Turns(waiting=7), [], []
    begin = threading.Barrier(8)

    def work(number: int) -> None:
        begin.wait()
        with turns.taken():
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_who_finds_no_room_is_told_at_once_and_a_fault_gives_the_turn_back() -> None:
    turns = Turns(waiting=0)
    with turns.taken(), pytest.raises(Busy, match="そのままお待ちください"), turns.taken():
        raise AssertionError("two at a time")
    with pytest.raises(ZeroDivisionError), turns.taken():
        raise ZeroDivisionError
    with turns.taken():
        pass
