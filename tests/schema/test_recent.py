"""What was made lately is found again, within the room there is."""

from __future__ import annotations

from warrantysim.schema.recent import recent


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
