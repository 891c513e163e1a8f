"""A10 documents and law."""

from domain import notice
from domain.contract.lifecycle import renew
from domain.contract.signing import check_late, sign
from domain.contract.terms import check_formed
from domain.corrections import check_allowed, check_correction, check_reason
from domain.family_bed.application import agree
from domain.institution import assign_place, record_ability, record_census, record_means
from domain.planning import notices, offers
from domain.policy_pack.files import in_force, load
from domain.recorded_days import check_not_before, check_recorded_day
from domain.referral.outbound import request
from domain.resident.consents import choose_channel, give_consent, withdraw_consent
from domain.resident.events import (
    ChannelChosen,
    ConsentGiven,
    ConsentWithdrawn,
    MergeAnnulled,
    MergeRecorded,
    ResidentMerged,
)
from domain.resident.merging import annul_merge, merge, record_merge
from domain.resident.state import check_not_merged, merge_claims
from domain.rulebook.rule import Rule, where
from domain.team.seats import check_not_long_ago, record_licence

RULES: tuple[Rule, ...] = (
    Rule(
        number="A10.1",
        says="Documents follow each other: what was decided on a day was decided by the pack in force on that day.",
        source="国医改办发〔2016〕1号; 国卫基层函〔2017〕164号; 国卫办基层函〔2018〕209号; 国卫基层发〔2018〕35号;"
        " 国卫办基层函〔2019〕388号; 国卫基层发〔2022〕10号",
        decisions=(in_force,),
    ),
    Rule(
        number="A10.2",
        says="A number that a later document changes is a new version; the numbers of a version never change.",
        source="rulebook of this system",
        decisions=(load, in_force),
    ),
    Rule(
        number="A10.3",
        says="Shenzhen: rules for family doctor services published 2017-11-07, the norm in force since 2018-03-01.",
        source="Shenzhen rules of 2017-11-07; Shenzhen norm of 2018-03-01",
        decisions=(in_force,),
    ),
    Rule(
        number="A10.4",
        says="Records of outpatients are kept for 15 years, those of inpatients for 30.",
        source="Rules on medical records; which of the two a family bed's are is [GK]",
        left_out="events are never deleted, so all are kept longer than that",
    ),
    Rule(
        number="A10.5",
        says="Health data are sensitive: using them asks for a consent of its own, which may be withdrawn.",
        source="Personal Information Protection Law",
        decisions=(give_consent, withdraw_consent),
        refusals=("consent-withdrawn-before-given",),
        events=(where(ConsentGiven), where(ConsentWithdrawn)),
    ),
    Rule(
        number="A10.6",
        says="A person who asks for it is erased, though the log is never rewritten: the key of the personal values is "
        "destroyed.",
        source="Personal Information Protection Law; how to do it is [GK]",
        left_out="personal values stand in one value of the resident's stream, so that it can be sealed;"
        " keys are no matter of the domain",
    ),
    Rule(
        number="A10.7",
        says="A Shenzhen text of 2021 and a national norm for family beds.",
        source="not found",
        left_out="neither was found, so nothing is taken from them; usual local rules stand in the packs as [GK]",
    ),
    Rule(
        number="A10.8",
        says="Nobody is called or written to about a visit without their consent, and by the channel that they chose.",
        source="Personal Information Protection Law; the channels are [GK]",
        decisions=(notice.record, choose_channel, notices.permission, notices.phone_of),
        refusals=("notice-without-consent",),
        events=(where(notice.NoticeRecorded), where(ChannelChosen)),
    ),
    Rule(
        number="A10.9",
        says="A resident is told of a visit that moved by more than half an hour from what they know, that another "
        "member makes, or that nobody makes; nobody else is.",
        source="[GK]",
        decisions=(notices.notice_due, notices.first_place),
        numbers=("notice_minutes",),
    ),
    Rule(
        number="A10.10",
        says="A resident on the phone is offered five times at most, on one day half an hour apart.",
        source="[GK]",
        decisions=(offers.offer_gap,),
        numbers=("offer_gap_minutes",),
    ),
    Rule(
        number="A10.11",
        says="What was recorded wrong is corrected by a record of its own, with its reason; the original stays. Where "
        "a death or money is touched, a second person allows it [GK].",
        source="Rules on medical records (corrections leave the original legible); the second person is [GK]",
        decisions=(check_reason, check_allowed, check_correction),
        numbers=("second_person_for",),
        refusals=("correction-without-reason", "second-person-missing", "second-person-is-actor"),
    ),
    Rule(
        number="A10.12",
        says="What was done is recorded within a year [GK]; a census is ten years old at most, as the nation counts; "
        "nobody has practised for more than sixty years [GK].",
        source="Regulation on national censuses of 2010, article 8; the others are [GK]",
        decisions=(
            check_recorded_day,
            check_not_before,
            record_census,
            assign_place,
            record_means,
            record_ability,
            record_licence,
        ),
        numbers=("late_record_days", "census_years", "longest_career_years"),
        refusals=("day-too-long-ago",),
    ),
    Rule(
        number="A10.13",
        says="A signature that is recorded more than a year late needs a reason and a second person [GK]; nobody signs "
        "before the team was formed and its institution opened.",
        source="Follows from A10.11 and A10.12; the year is [GK]",
        decisions=(check_late, check_formed, check_not_long_ago),
        numbers=("late_record_days",),
        refusals=("late-signing-without-reason", "signed-before-formed", "signed-before-opened"),
    ),
    Rule(
        number="A10.14",
        says="Two records of one person become one: nothing may be open under the record that is given up, a second "
        "person allows it, and both stay readable.",
        source="Rules on medical records (one person, one record); the second person is [GK]",
        decisions=(merge, annul_merge, record_merge, check_not_merged, merge_claims),
        refusals=("merged-with-itself", "merge-with-open-care", "merge-with-active-contract", "resident-merged"),
        events=(where(ResidentMerged), where(MergeAnnulled), where(MergeRecorded)),
    ),
    Rule(
        number="A10.15",
        says="Signatures and renewals, a family bed, and a referral that is not urgent rest on a consent of their own "
        "kind that stands on the day.",
        source="Personal Information Protection Law; from which day on it is checked is [GK]",
        decisions=(sign, renew, agree, request),
        numbers=("consents_required",),
        refusals=("consent-required",),
    ),
)
