from schedulers.proof.cp_model import DayModel
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier
from tests.schedulers.days import member, problem, visit


def test_the_model_has_a_cost_for_every_tier():
    model = DayModel(DaySearch(problem((member("ann"), member("bea")), (visit("v"),))))
    assert model.tiers.keys() == set(Tier)
