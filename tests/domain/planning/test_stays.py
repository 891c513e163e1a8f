"""Services of one home without travel between are one stay."""

import pytest

from domain.planning.stays import HomeService, numbers_of_stays

R1 = HomeService(home_id="r1", address="Lane 1", travel_seconds=0)
WIFE = HomeService(home_id="r2", address="Lane 1", travel_seconds=0)
NEIGHBOUR = HomeService(home_id="r3", address="Lane 3", travel_seconds=0)
UNKNOWN = HomeService(home_id=None, address=None, travel_seconds=0)
BACK = HomeService(home_id="r1", address="Lane 1", travel_seconds=60)


@pytest.mark.parametrize(
    ("services", "stays"),
    [
        ((), ()),
        ((R1, R1, R1), (1, 1, 1)),
        ((R1, WIFE, NEIGHBOUR), (1, 1, 2)),
        ((R1, BACK), (1, 2)),
        ((UNKNOWN, UNKNOWN), (1, 2)),
        ((R1, NEIGHBOUR, R1), (1, 2, 3)),
    ],
)
def test_a_member_stays_at_an_address_until_they_travel(services, stays):
    assert numbers_of_stays(services) == stays
