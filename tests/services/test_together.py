"""What several threads give while a round runs is done in the next, and each gets its own."""

import threading

import pytest

from training_app.services.together import MOST_AT_ONCE, Together


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_who_comes_while_a_round_runs_is_served_in_the_next_with_all_others():
    rounds, entered, go_on, results = [], threading.Event(), threading.Event(), {}

    def work(given):
        rounds.append(sorted(given))
        entered.set()
        assert go_on.wait(30)
        return [one * 10 for one in given]

    together = Together(work)

    def call(number):
        results[number] = together(number)

    [first] = in_threads(1, lambda _: call(0))
    assert entered.wait(30)
    others = in_threads(5, lambda number: call(number + 1))
    while len(together._queue) < 5:
        threading.Event().wait(0.001)
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert rounds == [[0], [1, 2, 3, 4, 5]]
    assert results == {number: number * 10 for number in range(6)}


def test_where_a_round_fails_only_those_fail_whose_own_part_does():
    rounds, entered, go_on, ended = [], threading.Event(), threading.Event(), {}

    def work(given):
        rounds.append(len(given))
        entered.set()
        assert go_on.wait(30)
        return [100 // one for one in given]

    together = Together(work)

    def call(number):
        try:
            ended[number] = together(number)
        except ZeroDivisionError:
            ended[number] = "refused"

    [first] = in_threads(1, lambda _: call(100))
    assert entered.wait(30)
    others = in_threads(3, call)
    while len(together._queue) < 3:
        threading.Event().wait(0.001)
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert ended == {100: 1, 0: "refused", 1: 100, 2: 50}
    assert rounds[:2] == [1, 3]


def test_no_round_is_larger_than_it_may_be():
    together = Together(lambda given: [len(given)] * len(given))
    results, begin = [], threading.Barrier(2 * MOST_AT_ONCE)

    def call(_):
        begin.wait()
        results.append(together(None))

    for thread in in_threads(2 * MOST_AT_ONCE, call):
        thread.join()
    assert max(results) <= MOST_AT_ONCE
    assert len(results) == 2 * MOST_AT_ONCE


def test_who_comes_alone_is_told_what_went_wrong():
    with pytest.raises(ZeroDivisionError):
        Together(lambda given: [1 // one for one in given])(0)
