"""Worker processes for the fits of a check: the same work on many items, side by side, answers in the items' order."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def one_thread() -> AbstractContextManager[object]:
    """Linear algebra in one thread: small sums are slower in many, and their number changes the last bits."""
    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def in_order(work: Callable[[Item], Answer], items: Sequence[Item], workers: int) -> Iterator[Answer]:
    """``work`` on each item. One worker is this process itself; more are processes of their own, one thread each.

    ``work`` and what it gives must be able to travel between processes. Its errors are raised here.
    """
    if workers <= 1 or len(items) <= 1:
        for item in items:
            with one_thread():
                found = work(item)
            yield found
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(items)), context, _begin)
    try:
        with _starting():
            answers = [pool.submit(work, item) for item in items]
        for answer in answers:
            yield answer.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _starting() -> Iterator[None]:
    """One thread a worker, and none runs the caller's script again: a notebook can use workers too."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    script = sys.modules["__main__"]
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin() -> None:
    """First act of a worker: leave with its parent."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
