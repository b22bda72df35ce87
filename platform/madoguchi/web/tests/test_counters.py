"""Counters of requests: every answer counted once, whichever process and thread gave it."""

import multiprocessing
import os
import threading
from pathlib import Path

from madoguchi.web.counters import Counters, counters_of, totals

ANSWERS = 2_000


def test_answers_are_counted_by_class_and_by_time(tmp_path: Path) -> None:
    counters = Counters(tmp_path)
    for status, seconds in ((200, 0.05), (303, 0.1), (404, 0.2), (500, 2.0), (200, 11.0)):
        counters.count(city="402036", status=status, seconds=seconds)
    counters.count(city="142051", status=200, seconds=0.5)
    found = totals(tmp_path)
    assert list(found) == ["142051", "402036"]
    assert found["402036"].classes == (3, 1, 1)
    assert found["402036"].buckets == (2, 1, 0, 1, 0, 1)
    assert found["402036"].microseconds == 13_350_000


def test_however_many_handlers_a_process_has_it_holds_one_file(tmp_path: Path) -> None:
    for _ in range(3):
        counters_of(tmp_path).count(city="402036", status=200, seconds=0.01)
    assert len(list(tmp_path.iterdir())) == 1
    assert totals(tmp_path)["402036"].classes == (3, 0, 0)


def test_threads_lose_no_answer(tmp_path: Path) -> None:
    counters = Counters(tmp_path)

    def answer() -> None:
        for _ in range(ANSWERS):
            counters.count(city="402036", status=200, seconds=0.01)

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals(tmp_path)["402036"].classes == (4 * ANSWERS, 0, 0)


def _serve(folder: Path, held: "multiprocessing.synchronize.Barrier") -> None:
    counters = Counters(folder)
    counters.count(city=f"city{os.getpid() % 2}", status=200, seconds=0.01)
    held.wait(20)
    for _ in range(ANSWERS):
        counters.count(city="402036", status=200, seconds=0.01)


def _serve_in_processes(folder: Path, *, number: int) -> None:
    context = multiprocessing.get_context("fork")
    held = context.Barrier(number)
    processes = [context.Process(target=_serve, args=(folder, held)) for _ in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0


def test_processes_count_side_by_side_and_are_read_as_one(tmp_path: Path) -> None:
    _serve_in_processes(tmp_path, number=3)
    assert totals(tmp_path)["402036"].classes[0] == 3 * ANSWERS
    assert len(list(tmp_path.iterdir())) == 3


def test_the_next_process_counts_on_where_one_ended(tmp_path: Path) -> None:
    _serve_in_processes(tmp_path, number=2)
    _serve_in_processes(tmp_path, number=2)
    assert totals(tmp_path)["402036"].classes[0] == 4 * ANSWERS
    assert len(list(tmp_path.iterdir())) == 2


def test_a_process_that_forks_does_not_count_twice(tmp_path: Path) -> None:
    counters = Counters(tmp_path)
    counters.count(city="402036", status=200, seconds=0.01)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=counters.count, kwargs={"city": "402036", "status": 200, "seconds": 0.01})
    child.start()
    child.join(20)
    counters.count(city="402036", status=200, seconds=0.01)
    assert totals(tmp_path)["402036"].classes[0] == 3


def test_nothing_was_counted_where_nobody_served(tmp_path: Path) -> None:
    assert totals(tmp_path) == {}
