"""A resident is registered once. Personal data stand in one value of this stream and nowhere else."""

from domain.decider import Decider, decision, members_of
from domain.inputs import ACTOR, NOW, PACK, held, one, same
from domain.institution import INSTITUTION
from domain.resident.commands import (
    AnnulDeparture,
    AnnulMerge,
    ChooseChannel,
    CorrectDeparture,
    CorrectPersonalDetails,
    GiveConsent,
    JoinHousehold,
    MergeResident,
    RecordBirth,
    RecordDeparture,
    RecordMerge,
    RecordMobility,
    RegisterResident,
    ResidentCommand,
    ReviewKeyGroups,
    ShowEvidence,
    TagKeyGroup,
    UntagKeyGroup,
    WithdrawConsent,
)
from domain.resident.consents import choose_channel, give_consent, withdraw_consent
from domain.resident.corrections import annul_departure, correct_departure
from domain.resident.events import ResidentEvent
from domain.resident.evidence import show_evidence
from domain.resident.key_groups import record_birth, review, tag, untag
from domain.resident.merging import annul_merge, merge, record_merge
from domain.resident.registration import correct, join_household, record_departure, record_mobility, register
from domain.resident.state import Resident, claims, evolve

__all__ = ["RESIDENT"]

DECISIONS = (
    decision(
        RegisterResident,
        register,
        now=NOW,
        pack=PACK,
        institution=one(INSTITUTION),
        guardian=same(Resident, by="guardian_id"),
    ),
    decision(CorrectPersonalDetails, correct, now=NOW, pack=PACK),
    decision(ShowEvidence, show_evidence, now=NOW, pack=PACK),
    decision(TagKeyGroup, tag, now=NOW, pack=PACK),
    decision(UntagKeyGroup, untag),
    decision(ReviewKeyGroups, review, now=NOW, pack=PACK),
    decision(RecordBirth, record_birth, now=NOW, pack=PACK),
    decision(RecordMobility, record_mobility, now=NOW),
    decision(JoinHousehold, join_household, now=NOW),
    decision(GiveConsent, give_consent, now=NOW),
    decision(WithdrawConsent, withdraw_consent, now=NOW),
    decision(ChooseChannel, choose_channel),
    decision(RecordDeparture, record_departure, now=NOW),
    decision(AnnulDeparture, annul_departure, now=NOW, actor=ACTOR, pack=PACK),
    decision(CorrectDeparture, correct_departure, now=NOW, actor=ACTOR, pack=PACK),
    decision(
        MergeResident,
        merge,
        now=NOW,
        actor=ACTOR,
        kept=same(Resident, by="kept_id"),
        open_visits=held("open_visits", by="resident_id"),
        open_beds=held("open_beds", by="resident_id"),
        open_referrals=held("open_referrals", by="resident_id"),
    ),
    decision(AnnulMerge, annul_merge, now=NOW, actor=ACTOR),
    decision(RecordMerge, record_merge),
)

RESIDENT: Decider[Resident, ResidentEvent, ResidentCommand] = Decider(
    category="resident",
    initial=Resident(),
    evolve=evolve,
    commands=members_of(ResidentCommand),
    events=members_of(ResidentEvent),
    decisions=DECISIONS,
    identify=lambda command: command.resident_id,
    claims=claims,
)
