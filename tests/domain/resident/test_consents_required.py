"""Signatures, family beds and referrals that are not urgent rest on consents, from the day that the pack says."""

from dataclasses import replace
from datetime import date, timedelta

from domain.consent import RequiredConsent, consent_faults
from domain.contract.commands import RenewContract, SignContract
from domain.policy_pack import pack_of
from domain.resident.events import ConsentGiven, ConsentWithdrawn
from tests.domain.builders import AGREED, CENTRE, HOSPITAL, SIGNED, TEAM_1, TODAY, WANG, YESTERDAY, at
from tests.domain.test_family_bed import AGREE, FIT
from tests.domain.test_referral import REFER
from tests.rules import holds
from tests.spec import SZ_2018, given

SIGNATURE = RequiredConsent(act="contract-signature", kind="health-data", from_day=TODAY)
BED = RequiredConsent(act="family-bed", kind="home-visits", from_day=TODAY)
REFERRAL = RequiredConsent(act="referral", kind="sharing-with-hospital", from_day=TODAY)
PACK = replace(SZ_2018, consents_required=(SIGNATURE, BED, REFERRAL))
NOT_YET = replace(
    SZ_2018, consents_required=tuple(replace(each, from_day=date(2030, 1, 1)) for each in PACK.consents_required)
)
HEALTH_DATA = ConsentGiven(resident_id="wang", kind="health-data", given_on=TODAY, given_by="resident")
HOME_VISITS = replace(HEALTH_DATA, kind="home-visits")
SHARING = replace(HEALTH_DATA, kind="sharing-with-hospital")
WITHDRAWN = ConsentWithdrawn(resident_id="wang", kind="health-data", withdrawn_on=TODAY)
SIGN = SignContract(
    contract_id="c1", resident_id="wang", team_id="team-1", signed_on=TODAY, starts_on=TODAY, agreement_read=True
)
RENEW = RenewContract(contract_id="c1", signed_on=date(2027, 2, 1), agreement_read=True)
WHERE = {"team": [TEAM_1], "institution": [CENTRE]}
REFERRED = {"contract": [SIGNED], "institution": [HOSPITAL]}


@holds("A10.15")
def test_a_signature_rests_on_the_consent_to_the_use_of_health_data():
    for people in ([WANG], [WANG, HOME_VISITS], [WANG, HEALTH_DATA, WITHDRAWN]):
        given().when(SIGN, resident=people, **WHERE, pack=PACK).then_refused(
            "consent-required", resident="wang", consent="health-data", day=TODAY
        )
    given().when(SIGN, resident=[WANG, HEALTH_DATA], **WHERE, pack=PACK).then(SIGNED)
    given().when(SIGN, resident=[WANG], **WHERE, pack=NOT_YET).then(SIGNED)
    day_before = replace(SIGN, signed_on=YESTERDAY, starts_on=YESTERDAY)
    assert isinstance(given().when(day_before, resident=[WANG], **WHERE, pack=PACK).decide(), list)


@holds("A10.15")
def test_a_renewal_rests_on_the_consent_to_the_use_of_health_data():
    now = at(date(2027, 2, 1), 9)
    given(SIGNED).when(RENEW, resident=[WANG], **WHERE, pack=PACK, now=now).then_refused("consent-required")
    renewed = given(SIGNED).when(RENEW, resident=[WANG, HEALTH_DATA], **WHERE, pack=PACK, now=now).decide()
    assert isinstance(renewed, list)


@holds("A10.15")
def test_a_family_bed_rests_on_the_consent_to_visits_at_home():
    given(*FIT).when(AGREE, resident=[WANG, HEALTH_DATA], pack=PACK).then_refused(
        "consent-required", resident="wang", consent="home-visits", day=TODAY
    )
    given(*FIT).when(AGREE, resident=[WANG, HOME_VISITS], pack=PACK).then(AGREED)
    given(*FIT).when(AGREE, resident=[WANG], pack=NOT_YET).then(AGREED)


@holds("A10.15")
def test_a_referral_rests_on_the_consent_to_share_data_with_the_hospital_unless_it_is_urgent():
    given().when(REFER, resident=[WANG, HEALTH_DATA], **REFERRED, pack=PACK).then_refused(
        "consent-required", resident="wang", consent="sharing-with-hospital", day=TODAY
    )
    for command, people in ((REFER, [WANG, SHARING]), (replace(REFER, urgency="urgent"), [WANG])):
        assert isinstance(given().when(command, resident=people, **REFERRED, pack=PACK).decide(), list)


def test_the_packs_of_this_year_ask_for_consents_and_those_of_before_do_not():
    first_days = {each.act: each.from_day for each in pack_of("SZ-2025").consents_required}
    assert first_days.keys() == {"contract-signature", "family-bed", "referral"}
    assert all(pack_of(version).consents_required == () for version in ("CN-2017", "SZ-2018", "SZ-2022"))


def test_a_pack_names_each_act_and_consent_once():
    assert list(consent_faults((SIGNATURE, replace(SIGNATURE, from_day=TODAY + timedelta(days=1)))))
    assert not list(consent_faults((SIGNATURE, BED)))
