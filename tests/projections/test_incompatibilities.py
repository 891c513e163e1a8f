from dataclasses import replace
from datetime import timedelta

from domain.team.events import ApartEnded, KeptApart
from projections.incompatibilities import KeptApartOn
from tests.domain import builders as b
from tests.projections.conftest import answer

ON_TUESDAY = KeptApart(
    team_id="team-1", member_id="li", resident_id=None, other_member_id="he", from_day=b.TODAY + timedelta(days=1)
)
TUESDAY = KeptApartOn(team_id="team-1", day=ON_TUESDAY.from_day)


def test_two_members_are_incompatible_from_the_day_on(rows_of):
    rows = rows_of(ON_TUESDAY)
    assert answer(replace(TUESDAY, day=b.TODAY), rows) == []
    (pair,) = answer(TUESDAY, rows)
    assert (pair["member_id"], pair["other_member_id"], pair["resident_id"]) == ("li", "he", None)


def test_an_incompatibility_ends_in_whichever_order_the_two_are_named(rows_of):
    ended = ApartEnded(
        team_id="team-1", member_id="he", resident_id=None, other_member_id="li", from_day=ON_TUESDAY.from_day
    )
    assert answer(TUESDAY, rows_of(ON_TUESDAY, ended)) == []


def test_another_team_is_not_asked(rows_of):
    assert answer(replace(TUESDAY, team_id="team-2"), rows_of(ON_TUESDAY)) == []
