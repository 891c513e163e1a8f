"""The needs of a visit as rows hold them."""

import json
from collections.abc import Sequence

from domain.visit.commands import Need
from projections.changes import as_json


def needs_text(needs: Sequence[Need]) -> str:
    """Return needs as JSON [{roles, minutes, qualifications, named_id}], with `preferred_ids` where there are any.

    So the rows of visits without preferred members are as they always were.
    """
    listed = json.loads(as_json(needs))
    return as_json(
        [{name: value for name, value in each.items() if value or name != "preferred_ids"} for each in listed]
    )
