"""The pages that name the tiers name all of them, in their order."""

import re

from domain.policy_pack.pack import COST_TIERS
from infra.docs.reading import ROOT
from infra.words import label
from schedulers.tiers import TIERS


def test_the_page_of_rosters_explains_every_tier() -> None:
    page = (ROOT / "docs" / "rosters.md").read_text(encoding="utf-8")
    table = page.partition("| tier | cost |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([^|-]+) \|", table, re.MULTILINE) == [label("tier", tier, "en") for tier in COST_TIERS]
    assert set(COST_TIERS) == set(TIERS)


def test_the_page_of_json_names_every_tier_by_its_column() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^`costs` of a roster are a list by tier: (.*)\.$", page, re.MULTILINE)
    assert re.sub(r" \([a-z]+\)", "", line).split(", ") == list(TIERS)
