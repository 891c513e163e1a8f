"""A1 contracts."""

from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
    LoadOverridden,
    PackageSettled,
)
from domain.contract.lifecycle import expire, renew, terminate, transfer
from domain.contract.signing import draft, sign
from domain.contract.state import claims
from domain.contract.terms import load_override
from domain.resident.events import ResidentRegistered
from domain.resident.registration import check_newborn, register
from domain.rulebook.rule import Rule, where
from domain.team.seats import disband

RULES: tuple[Rule, ...] = (
    Rule(
        number="A1.1",
        says="Residents who are registered here, or have lived here for more than half a year, may sign; the "
        "basic package is free.",
        source="Shenzhen rules for family doctor services, published 2017-11-07",
        decisions=(sign, renew),
        numbers=("residence_months",),
        refusals=("not-eligible",),
        events=(where(ResidentRegistered),),
    ),
    Rule(
        number="A1.2",
        says="Contracts are signed with a team of an open institution that may offer them; the named doctor and "
        "nurse have a seat in it.",
        source="Shenzhen rules for family doctor services, published 2017-11-07 (a re-print)",
        decisions=(sign, renew, transfer),
        refusals=("institution-may-not-sign", "named-member-not-seated"),
    ),
    Rule(
        number="A1.3",
        says="A resident has one signed team at a time; at the end of the term they renew or choose another one.",
        source="Norm of family doctor contract services, as published",
        decisions=(claims, renew),
        numbers=("renewal_window_days",),
        refusals=("active-contract-exists", "renewal-too-early"),
        events=(where(ContractRenewed),),
    ),
    Rule(
        number="A1.4",
        says="A term is in principle not less than one year; longer ones are allowed to a limit [GK].",
        source="Shenzhen draft of 2017 (at least one year); Lishui form (exactly one year)",
        decisions=(sign, renew),
        numbers=("term_months", "longest_term_months", "latest_start_days"),
        refusals=("term-outside-limits", "start-outside-limits"),
        events=(where(ContractSigned), where(ContractRenewed)),
    ),
    Rule(
        number="A1.5",
        says="A contract is drafted, signed, active, then renewed, transferred, terminated or expired; events "
        "record what time decides.",
        source="A community health system in the field",
        decisions=(draft, sign, renew, transfer, terminate, expire),
        refusals=("draft-says-otherwise", "contract-already-signed", "contract-over"),
        events=(where(ContractDrafted), where(ContractExpired)),
    ),
    Rule(
        number="A1.6",
        says="An early end by choice needs notice, or is forbidden; what was paid is settled first. A successor "
        "team follows with the resident's consent, before its predecessor is disbanded.",
        source="Lishui form (notice); Hefei practice (special cases, successor team); a community health system in "
        "the field (none once invoiced)",
        decisions=(terminate, transfer, disband),
        numbers=("notice_days", "midterm_termination", "paid_package_end"),
        refusals=(
            "notice-too-short",
            "last-day-outside-term",
            "midterm-end-not-allowed",
            "package-not-settled",
            "package-invoiced",
            "consent-missing",
            "team-has-contracts",
            "team-has-beds",
        ),
        events=(where(ContractTerminated), where(ContractTransferred), where(PackageSettled)),
    ),
    Rule(
        number="A1.7",
        says="The reason of an early end is one of a list; an end by choice is signed by both; unreachable or "
        "refusing service counts after one year. Free text about a person is not kept in a contract.",
        source="Two lists of a community health system in the field",
        decisions=(terminate,),
        numbers=("one_year_reason_months",),
        refusals=("reason-not-long-enough", "end-not-signed"),
        events=(where(ContractTerminated),),
    ),
    Rule(
        number="A1.8",
        says="Where nobody asked for an end, the term is deemed renewed, yet must be signed within days [GK], or "
        "it ends; a resident is reminded before the end, on a working day.",
        source="Lishui form; the reminder of 14 days is that of an insurance system in the field",
        decisions=(expire, renew),
        numbers=("auto_renewal", "renewal_signature_days", "renewal_reminder_days"),
        events=(where(ContractDeemedRenewed),),
    ),
    Rule(
        number="A1.9",
        says="A package for which the resident pays is not signed again within 11 months, at any institution.",
        source="A community health system in the field",
        decisions=(claims, sign, renew),
        numbers=("package_guard_months",),
        refusals=("package-signed-lately",),
    ),
    Rule(
        number="A1.10",
        says="A signature is new, a renewal or supplementary; given at a desk or by an app, by the resident or "
        "family; the agreement was read, and there are two copies.",
        source="A community health system in the field",
        decisions=(sign, renew, transfer),
        numbers=("copies",),
        refusals=("agreement-not-read",),
        events=(where(ContractSigned), where(ContractRenewed), where(ContractTransferred)),
    ),
    Rule(
        number="A1.11",
        says="The team's institution and up to two hospitals are chosen together, each of another tier; only the "
        "first is mandatory [GK].",
        source="Shanghai practice of 2016 (1+1+1)",
        decisions=(sign, transfer),
        refusals=("institutions-of-one-tier",),
    ),
    Rule(
        number="A1.12",
        says="The duties are a text: tell the truth about health and medicines, come to the team first, keep "
        "secrets; each signature names its version and hash.",
        source="Lishui form",
        decisions=(sign, renew, transfer),
        numbers=("agreement_text",),
    ),
    Rule(
        number="A1.13",
        says="A newborn may be registered without an identity number, under a registered guardian, for some months.",
        source="[GK]; Regulations on household registration of 1958, article 7: births are reported within a month",
        decisions=(register, check_newborn),
        numbers=("newborn_number_months",),
        refusals=("newborn-number-due",),
        events=(where(ResidentRegistered),),
    ),
    Rule(
        number="A2.4",
        says="A signing warns from so many contracts of a team on, and is refused at the cap unless somebody "
        "allows it and says why.",
        source="Shenzhen draft of 2017: 2,000 residents; the warning is what pilot practice begins with",
        decisions=(sign, transfer, load_override),
        numbers=("team_warn", "team_cap"),
        refusals=("team-full",),
        events=(
            where(ContractSigned, load_warning=(True,)),
            where(ContractTransferred, load_warning=(True,)),
            where(LoadOverridden),
        ),
    ),
)
