"""What was made of immutable objects lately, found again by their identity."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")
_LEAVING: list[Callable[[object], list[object]]] = []


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

        def leave(one: object) -> list[object]:
            with lock:
                gone: list[object] = [result for args, result in results if any(arg is one for arg in args)]
                results[:] = [(args, result) for args, result in results if all(arg is not one for arg in args)]
            return gone

        _LEAVING.append(leave)

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


def forget(one: object) -> None:
    """Let go of all that is kept of an object nobody will ask about again, and of all that was made of that."""
    left = [one]
    while left:
        gone = left.pop()
        left += [made for leave in _LEAVING for made in leave(gone) if not isinstance(made, int)]


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, int) and one == other)
