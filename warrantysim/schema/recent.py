"""What was made of immutable objects lately, found again by their identity."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def recent(
    most: int, size: Callable[[Any], int] = lambda _: 0, room: int = 0
) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Keep the last results of a pure function of immutable objects, which it takes by position.

    Objects are compared by identity, because comparing scenarios field by field takes longer than compiling them;
    numbers by value. Threads share what is kept; two that ask at once may both make it.

    Parameters
    ----------
    most
        Results that are kept [count].
    size, room
        What a result takes up, and how much those kept may take up together; the last one is always kept [bytes].
    """

    def kept(make: Callable[Asked, Made]) -> Callable[Asked, Made]:
        lock, results = Lock(), list[tuple[tuple[object, ...], Made]]()

        @wraps(make)
        def found(*args: Asked.args, **named: Asked.kwargs) -> Made:
            with lock:
                for at, (known, result) in enumerate(results):
                    if all(map(_same, known, args)):
                        results.insert(0, results.pop(at))
                        return result
            result = make(*args, **named)
            with lock:
                results.insert(0, (args, result))
                del results[most:]
                while len(results) > 1 and sum(size(one) for _, one in results) > room:
                    results.pop()
            return result

        return found

    return kept


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, int) and one == other)
