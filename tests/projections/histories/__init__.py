"""Random histories in which every event occurs: each stream in a believable order, streams interleaved."""

from datetime import timedelta
from random import Random

from tests.domain import builders as b
from tests.projections.histories.accounts import account, adoptions, receiver
from tests.projections.histories.alliances import alliance
from tests.projections.histories.beds import bed
from tests.projections.histories.care_plans import care_plan
from tests.projections.histories.contracts import contract
from tests.projections.histories.cutting import ListLog, cut, interleaved
from tests.projections.histories.institutions import institution
from tests.projections.histories.referrals import referral
from tests.projections.histories.residents import resident
from tests.projections.histories.rosters import day_terms, roster, week
from tests.projections.histories.surveys import survey
from tests.projections.histories.teams import team
from tests.projections.histories.visits import notice, visit

__all__ = ["ListLog", "history"]


def history(seed: int, residents: int = 8) -> list[tuple[str, object]]:
    """Return streams and events, the same for the same seed."""
    luck = Random(seed)
    streams: list[list[tuple[str, object]]] = [list(institution(luck)), [("institution-city-3", b.HOSPITAL)]]
    streams += [list(team(luck, b.TEAM_1)), list(team(luck, b.TEAM_2)), list(alliance(luck))]
    for number in range(residents):
        person = f"p{number}"
        streams.append(list(resident(luck, person)))
        streams.append(list(contract(luck, f"c-{person}", person)))
        streams.append(list(care_plan(luck, person)))
        streams += [list(visit(luck, f"v-{person}-{n}", person)) for n in range(luck.randint(0, 3))]
        streams.append(list(bed(luck, f"b-{person}", person)))
        streams.append(list(referral(luck, f"r-{person}", person)))
        streams.append(list(survey(luck, f"q-{person}", person)))
        streams.append(list(notice(luck, f"v-{person}-0", person)))
    for ahead in range(3):
        streams.append(list(roster(luck, "team-1", b.TODAY + timedelta(days=ahead))))
    streams.append(list(cut(luck, "account-nurse-he", account("nurse-he"))))
    streams.append(list(cut(luck, "webhook-gateway", receiver("gateway"))))
    streams.append(list(cut(luck, "policy-city", adoptions())))
    streams.append(list(cut(luck, "team_week-team-1.2026-03-02", week())))
    streams.append(list(cut(luck, "day_terms-team-1.2026-03-02", day_terms())))
    return list(interleaved(luck, [stream for stream in streams if stream]))
