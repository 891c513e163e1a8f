import pytest

from streams.due_reactions import DueReactions, MissingEvents, ReactionMarks, ReactionRules, missing_events
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent
from tests.streams.test_projecting import noted, parcel


def words(event: TransportedEvent) -> list[str]:
    """A command follows from each word of an event's text."""
    text = event.state.decode().split("=")[1]
    if text == "boom":
        raise ValueError(text)
    return text.split()


RULES = ReactionRules(names={"noted"}, react=words)


def due(
    *parcels: PartitionBatch, marks: ReactionMarks | None = None, refused: dict[int, str] | None = None
) -> DueReactions[str]:
    return RULES.due(parcels, marks or ReactionMarks({}), refused or {})


def commands_of(reactions: DueReactions[str]) -> list[str]:
    return [command for cause in reactions.causes for command in cause.commands]


def test_commands_stand_in_the_order_of_the_log_and_the_watermarks_move():
    reactions = due(
        parcel(0, noted(1, "a", "one two"), noted(4, "b", "three")), parcel(0, noted(2, "c", "x"), partition=1)
    )
    assert commands_of(reactions) == ["one", "two", "x", "three"]
    assert reactions.watermarks == {0: 4, 1: 4}


def test_the_watermark_of_a_partition_in_which_nothing_came_moves_too_and_none_moves_back():
    assert due(parcel(0, noted(5, "a", "one")), marks=ReactionMarks({0: 4, 1: 4, 2: 9})).watermarks == {
        0: 5,
        1: 5,
        2: 9,
    }


def test_what_comes_again_is_passed_over():
    assert commands_of(due(parcel(0, noted(1, "a", "one"), noted(2, "a", "two")), marks=ReactionMarks({0: 1}))) == [
        "two"
    ]


def test_what_comes_again_moves_no_watermark_back():
    assert due(parcel(0, noted(1, "a", "one")), marks=ReactionMarks({0: 7})).watermarks == {0: 7}


def test_an_event_from_which_nothing_ever_follows_is_not_even_read():
    other = TransportedEvent(1, "a", 1, "other", b"\xff", b"")
    reactions = due(parcel(0, other))
    assert (reactions.causes, reactions.letters, reactions.watermarks) == ([], [], {0: 1})


def test_poison_parks_what_comes_later_of_its_stream_and_nothing_else():
    reactions = due(parcel(0, noted(1, "a", "boom"), noted(2, "b", "one"), noted(3, "a", "two")))
    assert commands_of(reactions) == ["one"]
    assert [(each.position, each.reason) for each in reactions.letters] == [(1, "poison"), (3, "parked")]
    assert reactions.letters[0].error.startswith("ValueError at test_due_reactions.py:")


def test_a_stream_that_was_parked_before_stays_so():
    reactions = due(parcel(1, noted(2, "a", "one"), noted(3, "b", "two")), marks=ReactionMarks({0: 1}, {"a"}))
    assert commands_of(reactions) == ["two"]
    assert [each.reason for each in reactions.letters] == ["parked"]


@pytest.mark.parametrize("error", ["CorruptEvent at codec.py:1", ""])
def test_an_event_whose_commands_cannot_be_decided_is_poison(error):
    reactions = due(parcel(0, noted(1, "a", "one"), noted(2, "a", "two")), refused={1: error})
    assert (commands_of(reactions), [each.reason for each in reactions.letters]) == ([], ["poison", "parked"])
    assert reactions.letters[0].error == error


def test_nothing_is_missing_where_parcels_are_a_run_of_the_log():
    arrived = parcel(0, noted(1, "a", "1")), parcel(1, noted(3, "a", "2")), parcel(0, noted(2, "b", "3"), partition=1)
    assert missing_events(arrived, ReactionMarks({})) is None
    assert missing_events(arrived, ReactionMarks({0: 1, 1: 1})) is None
    assert missing_events(arrived, ReactionMarks({0: 3, 1: 9})) is None


def test_what_comes_again_and_longer_leaves_no_hole():
    arrived = parcel(0, noted(1, "a", "1")), parcel(0, noted(1, "a", "1"), noted(2, "a", "2"))
    assert missing_events(arrived, ReactionMarks({0: 1})) is None


def test_an_event_before_which_another_partition_lacks_one_waits_for_it():
    arrived = parcel(0, noted(1, "a", "1"), partition=1), parcel(1, noted(3, "a", "2"), partition=1)
    assert missing_events(arrived, ReactionMarks({0: 0, 1: 0})) == MissingEvents(
        {0: 0, 1: 0}, after=0, upto=3, lacking=()
    )
    assert missing_events(arrived[1:], ReactionMarks({0: 1, 1: 1})) == MissingEvents(
        {0: 1, 1: 1}, after=1, upto=3, lacking=()
    )
    assert missing_events(arrived[1:], ReactionMarks({0: 2, 1: 2})) is None


def test_a_hole_is_told_from_the_lowest_watermark_to_the_last_event_and_with_its_partitions():
    arrived = (
        parcel(3, noted(4, "a", "1")),
        parcel(6, noted(7, "a", "2")),
        parcel(9, noted(12, "b", "3"), partition=1),
        parcel(0, noted(2, "c", "4"), partition=2),
    )
    marks = {0: 1, 1: 0, 2: 0}
    assert missing_events(arrived, ReactionMarks(marks)) == MissingEvents(marks, after=0, upto=12, lacking=(0, 1))
    one = (parcel(2, noted(3, "a", "1")),)
    assert missing_events(one, ReactionMarks({0: 1})) == MissingEvents({0: 1}, after=1, upto=3, lacking=(0,))


def test_what_follows_from_an_event_that_only_a_newer_program_knows_is_not_passed_over():
    newer = TransportedEvent(2, "a", 2, "noted-otherwise", b"", b"")
    causes = ReactionRules(names={"noted"}, react=words, known={"noted", "whispered"})
    whispered = parcel(0, TransportedEvent(1, "a", 1, "whispered", b"", b""))
    assert causes.due([whispered], ReactionMarks({}), {}).watermarks == {0: 1}
    with pytest.raises(UnknownEvent, match="position 2"):
        causes.due([parcel(1, newer)], ReactionMarks({0: 1}), {})
    assert causes.due([parcel(1, newer)], ReactionMarks({0: 2}), {}).causes == []
