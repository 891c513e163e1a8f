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
from domain.contract.terms import overridden
from domain.resident.events import ResidentRegistered
from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        number="A1.1",
        says="Who is registered here, or has lived here for more than half a year, may sign; the basic package is "
        "free.",
        source="Shenzhen rules for family doctor services, published 2017-11-07",
        decisions=(sign, renew),
        events=(ResidentRegistered, ContractSigned),
    ),
    Rule(
        number="A1.2",
        says="Contracts are signed with a team of an open institution that may offer them.",
        source="Shenzhen rules for family doctor services, published 2017-11-07 (a re-print)",
        decisions=(sign, renew, transfer),
        events=(ContractSigned,),
    ),
    Rule(
        number="A1.3",
        says="A resident has one signed team at a time; at the end of the term she renews or chooses another one.",
        source="Norm of family doctor contract services, as published",
        decisions=(claims,),
        events=(ContractSigned, ContractRenewed),
    ),
    Rule(
        number="A1.4",
        says="A term is in principle not less than one year; longer ones are allowed to a limit [GK].",
        source="Shenzhen draft of 2017 (at least one year); Lishui form (exactly one year)",
        decisions=(sign, renew),
        events=(ContractSigned, ContractRenewed),
    ),
    Rule(
        number="A1.5",
        says="Drafted, signed, active, then renewed, transferred, terminated or expired; what time decides is "
        "recorded.",
        source="A community health system in the field",
        decisions=(draft, sign, renew, transfer, terminate, expire),
        events=(
            ContractDrafted,
            ContractSigned,
            ContractRenewed,
            ContractTransferred,
            ContractTerminated,
            ContractExpired,
        ),
    ),
    Rule(
        number="A1.6",
        says="An early end by choice needs notice and both signatures, or is forbidden; what was paid is settled "
        "first. "
        "A successor team follows with the resident's consent and a supplementary agreement.",
        source="Lishui form (notice); Hefei practice (special cases, successor team); a community health system in the "
        "field (none once invoiced)",
        decisions=(terminate, transfer),
        events=(ContractTerminated, ContractTransferred, PackageSettled),
    ),
    Rule(
        number="A1.7",
        says="The reason of an early end is one of a list; unreachable or refusing service counts after one year. Free "
        "text about a person is not kept in a contract.",
        source="Two lists of a community health system in the field",
        decisions=(terminate,),
        events=(ContractTerminated,),
    ),
    Rule(
        number="A1.8",
        says="Where nobody asked for an end, the term is deemed renewed, yet must be signed within days [GK], or it "
        "ends; "
        "a resident is reminded before the end.",
        source="Lishui form; the reminder of 14 days is that of an insurance system in the field",
        decisions=(expire, renew),
        events=(ContractDeemedRenewed, ContractRenewed),
    ),
    Rule(
        number="A1.9",
        says="A package for which the resident pays is not signed again within 11 months, at any institution.",
        source="A community health system in the field",
        decisions=(claims, sign, renew),
        events=(ContractSigned, ContractRenewed),
    ),
    Rule(
        number="A1.10",
        says="A signature is new, a renewal or supplementary; given at a desk or by an app, by the resident or "
        "family; the "
        "agreement was read, and there are two copies.",
        source="A community health system in the field",
        decisions=(sign, renew, transfer),
        events=(ContractSigned, ContractRenewed, ContractTransferred),
    ),
    Rule(
        number="A1.11",
        says="The team's institution and up to two hospitals are chosen together, each of another tier; only the "
        "first is "
        "mandatory [GK].",
        source="Shanghai practice of 2016 (1+1+1)",
        decisions=(sign, transfer),
        events=(ContractSigned,),
    ),
    Rule(
        number="A1.12",
        says="The duties are a text: tell the truth about health and medicines, come to the team first, keep "
        "secrets; each "
        "signature names its version and hash.",
        source="Lishui form",
        decisions=(sign, renew, transfer),
        events=(ContractSigned, ContractRenewed, ContractTransferred),
    ),
    Rule(
        number="A2.4",
        says="From so many contracts of a team on a signing warns, and at the cap it is refused unless somebody "
        "allows it "
        "and says why.",
        source="Shenzhen draft of 2017: 2,000 residents; the warning is what pilot practice begins with",
        decisions=(sign, transfer, overridden),
        events=(ContractSigned, ContractTransferred, LoadOverridden),
    ),
)
