"""What was made lately is found again, within the room there is."""

from __future__ import annotations

from warrantysim.schema.recent import forget, recent


def test_no_more_is_kept_than_there_is_room_for_but_the_last() -> None:
    made = list[int]()

    @recent(10, len, 6)
    def text(length: int) -> str:
        made.append(length)
        return "x" * length

    text(3), text(2), text(3)
    assert made == [3, 2]
    text(4)  # With 3 and 2 it would take up 9: what was asked for longest ago goes first.
    text(4), text(2)
    assert made == [3, 2, 4, 2]
    text(9), text(9)
    assert made == [3, 2, 4, 2, 9]


def test_what_is_forgotten_goes_with_all_that_was_made_of_it_and_nothing_else() -> None:
    made = list[str]()

    @recent(10)
    def compiled(scenario: tuple[str]) -> list[str]:
        made.append(scenario[0])
        return [scenario[0]]

    @recent(10)
    def read(model: list[str]) -> str:
        made.append(f"of {model[0]}")
        return model[0]

    one, other = ("a",), ("b",)
    first = compiled(one)
    read(first), read(compiled(other))
    forget(one)
    assert made == ["a", "of a", "b", "of b"]
    read(compiled(other)), read(first)
    assert made[4:] == ["of a"]
    assert compiled(one) is not first
