"""Whatever is refused, planned or recorded has words in both languages, and no words are for nothing."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from domain import institution, key_groups, screening, survey, team_week
from domain.account.commands import AccessReason, BreakGlassReason, Scope, SecondFactor
from domain.account.commands import Role as AccessRole
from domain.alliance.commands import ActivityKind
from domain.care_plan import referral_care
from domain.care_plan.commands import CancelCause
from domain.care_plan.events import Outcome
from domain.care_plan.state import TaskStatus
from domain.consent import ConsentKind
from domain.contract.commands import EndReason, OverrideReason, SignedAt, Signer, TransferReason
from domain.contract.events import SignatureKind
from domain.contract.state import ContractStatus
from domain.family_bed.commands import (
    Axis,
    BedKind,
    BedOutcome,
    Opinion,
    Overdue,
    Payment,
    PlanKind,
    PlanResult,
    ReturnReason,
    StopReason,
)
from domain.notice import NoticeChannel
from domain.package import Payer
from domain.planning.notices import NoticeKind
from domain.policy_pack import EVERYONE, PACKS, VisitGrade
from domain.referral.commands import DeclineReason, FollowUpStage, WithdrawReason
from domain.referral.state import ReferralStatus
from domain.registry import BY_CATEGORY, EVENT_TYPES
from domain.resident.commands import (
    Channel,
    Departure,
    DocumentKind,
    Evidence,
    GroupEvidence,
    GroupStage,
    Paper,
    Relation,
)
from domain.roster.commands import Proof
from domain.sign_off import SignOffReason, SignOffVerdict
from domain.team.commands import AbsenceReason, GuestKind, LicenceKind, Role, TravelMode
from domain.visit.commands import CancelReason, MissReason, Sync
from domain.visit.state import VisitStatus
from domain.working_calendar import YEARS
from infra.access.levels import Purpose
from infra.access.reads import Outcome as ReadOutcome
from infra.cli.streams.views import KINDS as KINDS_OF_EVENTS
from infra.planning.published_roster import BOUND_ABOVE, DOCUMENT_RULES
from infra.settings import TRAVEL
from infra.words import label, say
from infra.words.catalogue import FILES, KIND_OF_VALUE, Kind, Language, words
from infra.words.details import DETAILS
from schedulers import plan, rules
from schedulers.replan import Cause
from schedulers.tiers import TIERS
from schedulers.week.problem import WEEK_TIERS
from schedulers.week.spread import WEEK_REASONS

ROOT = Path(__file__).parents[3]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

FORETOLD = {"conflict"}
"""Sentences for answers that no code gives yet."""

RULE_STANDS = {
    "Refused": 0,
    "UsageError": 0,
    "ServiceNotReady": 0,
    "TopicError": 0,
    "Trouble": 0,
    "TravelSourceError": 0,
    "on_progress": 0,
    "BadInput": 1,
    "FileFault": 3,
    "_problem": 0,
}
"""Calls that name a rule, and which argument it is."""


@dataclass(frozen=True)
class NamedRule:
    """A rule that the code names, and the values for its sentence; None if the call does not show them."""

    rule: str
    values: frozenset[str] | None
    place: str


@dataclass
class Source:
    """What the code says: its rules, its sentences, its texts and the names of its fields."""

    rules: list[NamedRule] = field(default_factory=list)
    said: list[NamedRule] = field(default_factory=list)
    constants: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    """Names of fields: what an answer's columns are called."""

    def read(self, name: str, text: str) -> None:
        """Read a module, once for all questions."""
        tree = ast.parse(text)
        self.rules += rules_in(name, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.constants.add(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                self.fields.add(node.target.id)
            elif isinstance(node, ast.FunctionDef) and ".say(" in text:
                self.said += sentences_said(name, node)


def source() -> Source:
    code = Source()
    for room in ("domain", "projections", "schedulers", "streams", "infra"):
        for file in sorted((ROOT / room).rglob("*.py")):
            code.read(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    return code


def keywords(call: ast.Call) -> frozenset[str]:
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg)


def rules_in(name: str, tree: ast.Module) -> Iterator[NamedRule]:
    """Yield each rule that a module's refusals, problems and claims name, and each key of its sentences."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from rules_of_call(name, node)
        elif isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Refused" for base in node.bases):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield NamedRule(literal(call.args[0]), keywords(call), name)
        elif isinstance(node, ast.GeneratorExp) and isinstance(node.generators[0].iter, ast.Tuple) and says(node.elt):
            yield from (NamedRule(literal(key), frozenset(), name) for key in node.generators[0].iter.elts)


def says(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say"


def rules_of_call(name: str, call: ast.Call) -> Iterator[NamedRule]:
    called = call.func.id if isinstance(call.func, ast.Name) else ""
    if called == "Claim":
        (rule,) = (keyword.value for keyword in call.keywords if keyword.arg == "rule")
        yield NamedRule(literal(rule), frozenset({"key", "held_by", "claimed", "holder"}), name)
    elif called in RULE_STANDS and len(call.args) > RULE_STANDS[called]:
        rule = call.args[RULE_STANDS[called]]
        if isinstance(rule, ast.Constant):
            yield NamedRule(literal(rule), values_of(called, call), name)
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "headings":
        yield from (NamedRule(literal(key), frozenset(), name) for key in call.args if isinstance(key, ast.Constant))
    elif says(call) and isinstance(call.args[0], ast.Constant):
        values = frozenset[str]() if len(call.args) == 1 else None
        yield NamedRule(literal(call.args[0]), values, name)


def literal(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), ast.unparse(node)
    return str(node.value)


def values_of(called: str, call: ast.Call) -> frozenset[str] | None:
    if called in {"Refused", "UsageError", "ServiceNotReady", "TopicError", "TravelSourceError", "on_progress"}:
        return keywords(call)
    if called == "BadInput":
        return frozenset({"field", "detail"})
    after = call.args[RULE_STANDS[called] + 1 :]
    if after and isinstance(after[0], ast.Dict):
        return frozenset(literal(key) for key in after[0].keys if key is not None)
    return None


def value_names(node: ast.expr, function: ast.AST) -> frozenset[str] | None:
    """Return the names of a sentence's values; None where the code does not show them."""
    match node:
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return frozenset(literal(key) for key in keys if key is not None)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = [value_names(each, function) for each in (left, right)]
            return None if None in parts else frozenset[str]().union(*(part for part in parts if part is not None))
        case ast.Name(id=name):
            collected: set[str] = set()
            for each in ast.walk(function):
                target = each.target if isinstance(each, ast.AugAssign | ast.AnnAssign) else None
                targets = each.targets if isinstance(each, ast.Assign) else [target]
                if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                    assert isinstance(each, ast.Assign | ast.AugAssign | ast.AnnAssign)
                    names = None if each.value is None else value_names(each.value, function)
                    if names is None:
                        return None
                    collected |= names
            return frozenset(collected) if collected else None
    return None


def sentences_said(name: str, function: ast.FunctionDef) -> Iterator[NamedRule]:
    """Yield each sentence that is said with a key that the code names, with the names of its values."""
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and says(call) and len(call.args) == 2:
            key = call.args[0]
            keys = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
            for each in keys:
                if isinstance(each, ast.Constant):
                    yield NamedRule(literal(each), value_names(call.args[1], function), name)


SOURCE = source()
SAID, NAMED_RULES = SOURCE.said, SOURCE.rules
SOLVER_RULES = {*plan.UNPLACED_RULES, *rules.HARD_RULES}
PROOFS = {f"proof-{proof}" for proof in get_args(Proof)}

CODES: dict[Kind, set[str]] = {
    "role": set(get_args(Role)),
    "column": {code for kind, code in words("en") if kind == "column"},  # exports/test_columns.py asks for them
    "key-group": {*get_args(key_groups.KeyGroup), EVERYONE},
    "care-task": {rule.kind for pack in PACKS for rule in pack.care}
    | {"bed-round", "bed-nursing", "bed-rehabilitation", "referral-advice-follow-up"}
    | set(referral_care.KINDS)
    | {purpose.code for pack in PACKS for purpose in pack.visit_purposes},
    "status": {
        *get_args(VisitStatus),
        *get_args(ReferralStatus),
        *("applied", "returned", "assessed", "agreed", "open", "closed"),
        *get_args(ContractStatus),
    },
    "care-outcome": set(get_args(Outcome)),
    "care-task-status": set(get_args(TaskStatus)),
    "tier": set(TIERS),
    "week-tier": set(WEEK_TIERS),
    "week-reason": {*WEEK_REASONS, team_week.CHOSEN},
    "sync": set(get_args(Sync)),
    "travel-mode": set(get_args(TravelMode)),
    "travel-source": set(TRAVEL),
    "weekday": {str(day) for day in range(7)},
    "holiday": {span.holiday for year in YEARS for span in year.days_off},
    "end-reason": set(get_args(EndReason)),
    "miss-reason": set(get_args(MissReason)),
    "cancel-reason": {*get_args(CancelReason), *get_args(CancelCause)},
    "decline-reason": set(get_args(DeclineReason)),
    "withdraw-reason": set(get_args(WithdrawReason)),
    "follow-up-stage": set(get_args(FollowUpStage)),
    "absence-reason": set(get_args(AbsenceReason)),
    "bed-kind": set(get_args(BedKind)),
    "bed-outcome": set(get_args(BedOutcome)),
    "urgency": set(get_args(screening.Urgency)),
    "criterion": set(screening.CRITERIA),
    "evidence": set(get_args(Evidence)),
    "document": set(get_args(DocumentKind)),
    "group-evidence": set(get_args(GroupEvidence)),
    "paper": set(get_args(Paper)),
    "relation": set(get_args(Relation)),
    "consent": set(get_args(ConsentKind)),
    "access-role": {*get_args(AccessRole), "break-glass"},
    "access-scope": {*get_args(Scope), "resident"},
    "access-reason": set(get_args(AccessReason)),
    "break-glass-reason": set(get_args(BreakGlassReason)),
    "sign-off-verdict": set(get_args(SignOffVerdict)),
    "sign-off-reason": set(get_args(SignOffReason)),
    "read-purpose": set(get_args(Purpose)),
    "read-outcome": set(get_args(ReadOutcome)),
    "second-factor": set(get_args(SecondFactor)),
    "channel": {*get_args(Channel), *get_args(NoticeChannel)},
    "notice": set(get_args(NoticeKind)),
    "departure": set(get_args(Departure)),
    "licence": set(get_args(LicenceKind)),
    "guest": set(get_args(GuestKind)),
    "institution-kind": set(get_args(institution.InstitutionKind)),
    "activity": set(get_args(ActivityKind)),
    "signer": set(get_args(Signer)),
    "signed-at": set(get_args(SignedAt)),
    "signature-kind": set(get_args(SignatureKind)),
    "transfer-reason": set(get_args(TransferReason)),
    "override-reason": set(get_args(OverrideReason)),
    "package": {package.code for pack in PACKS for package in pack.packages},
    "service-item": {item.code for pack in PACKS for package in pack.packages for item in package.items},
    "privilege": {code for pack in PACKS for package in pack.packages for code in package.privileges},
    "payer": set(get_args(Payer)),
    "survey-question": set(get_args(survey.SurveyQuestion)),
    "survey-about": set(get_args(survey.About)),
    "stage": set(get_args(GroupStage)),
    "visit-grade": set(get_args(VisitGrade)),
    "indication": {code for pack in PACKS for code in pack.bed_indications},
    "opinion": set(get_args(Opinion)),
    "return-reason": set(get_args(ReturnReason)),
    "payment": set(get_args(Payment)),
    "diagnosis-axis": set(get_args(Axis)),
    "plan-kind": set(get_args(PlanKind)),
    "plan-result": set(get_args(PlanResult)),
    "stop-reason": set(get_args(StopReason)),
    "bed-overdue": set(get_args(Overdue)),
    "detail": set(DETAILS),
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", sorted({named.rule for named in NAMED_RULES}))
def test_every_rule_that_refuses_has_its_sentence(rule, language):
    places = sorted({named.place for named in NAMED_RULES if named.rule == rule})
    known = any((kind, rule) in words(language) for kind in (None, *get_args(Kind)))
    assert known, f"{rule} of {places} needs a sentence in infra/words/{FILES[language]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_and_every_rule_of_the_roster_has_its_words(language):
    said = {key for context, key in words(language) if context is None}
    named = {*EVENT_TYPES, *SOLVER_RULES, *PROOFS, *get_args(Cause), *DOCUMENT_RULES, BOUND_ABOVE}
    assert sorted(named - said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_of_every_aggregate_have_words_where_they_are_counted(language):
    assert KINDS_OF_EVENTS.keys() == BY_CATEGORY.keys()
    assert {(None, key) for key in KINDS_OF_EVENTS.values()} <= words(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_label_and_every_label_its_code(language):
    labels = {(context, key) for context, key in words(language) if context is not None}
    assert labels == {(kind, code) for kind, codes in CODES.items() for code in codes}
    assert CODES.keys() == set(get_args(Kind))


@pytest.mark.parametrize("named", NAMED_RULES, ids=lambda named: f"{named.place}:{named.rule}")
def test_a_sentence_needs_only_the_values_of_its_refusal(named):
    for language in LANGUAGES:
        needed = placeholders(words(language).get((None, named.rule), ""))
        assert named.values is None or needed <= named.values, f"{named.place} lacks {needed - named.values}"


@pytest.mark.parametrize("named", SAID, ids=lambda named: f"{named.place}:{named.rule}")
def test_a_sentence_is_said_with_all_its_values_and_shows_no_name_of_one(named):
    for language in LANGUAGES:
        sentence = words(language).get((None, named.rule), "")
        if named.values is not None:
            filled = say(named.rule, dict.fromkeys(named.values, "1"), language)
            assert not any(f"{{{value}}}" in filled for value in placeholders(sentence)), named.place
            assert placeholders(sentence) <= named.values, (
                f"{named.place} lacks {placeholders(sentence) - named.values}"
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_ever_shows_the_name_of_a_value_that_is_missing(language):
    for (context, key), sentence in words(language).items():
        if context is None:
            assert not any(f"{{{name}}}" in say(key, {}, language) for name in placeholders(sentence))


def test_both_languages_have_the_same_keys_and_values():
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert {key: placeholders(zh[key]) for key in zh} == {key: placeholders(en[key]) for key in en}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_used(language):
    used = (
        {named.rule for named in NAMED_RULES}
        | SOLVER_RULES
        | PROOFS
        | EVENT_TYPES.keys()
        | SOURCE.constants
        | SOURCE.fields
        | FORETOLD
    )
    assert not {key for context, key in words(language) if context is None} - used


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_empty_and_each_key_stands_once(language):
    assert all(said.strip() for said in words(language).values())
    text = (ROOT / "infra" / "words" / FILES[language]).read_text(encoding="utf-8")
    assert len(re.findall(r"^msgid ", text, re.MULTILINE)) == len(words(language)) + 1


def test_chinese_is_chinese_and_english_is_not():
    chinese = re.compile("[\u4e00-\u9fff]")
    assert all(chinese.search(said) for said in words("zh").values())
    assert not any(chinese.search(said) for said in words("en").values())


def test_a_sentence_is_filled_with_days_numbers_and_labels():
    values = {"contract": "c1", "earliest": date(2026, 4, 1), "days": 30}
    assert say("notice-too-short", values, "zh") == "解约须提前 30 天告知，签约协议 c1 最早可于 2026-04-01 终止。"
    missing = {"team": "t1", "role": "nurse"}
    assert say("missing-mandatory-role", missing, "zh") == "团队 t1 缺少必备岗位：社区护士。"
    assert say("missing-mandatory-role", missing, "en").endswith("community nurse.")
    assert say("contract.signed.v1", {}, "zh") == "签约"


def test_an_unknown_rule_is_shown_with_its_values():
    assert say("never-heard-of", {}, "en") == "never-heard-of"
    moment = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    sentence = say("never-heard-of", {"day": date(2026, 3, 2), "at": moment, "n": 2, "who": None}, "zh")
    assert sentence == "never-heard-of (day=2026-03-02, at=2026-03-02 09:00, n=2, who=-)"


def test_a_missing_value_is_left_out_and_braces_do_no_harm():
    assert say("visit-unknown", {}, "en") == "There is no visit …."
    assert say("visit-unknown", {"visit": "{0} {x"}, "en") == "There is no visit {0} {x."


def test_a_label_has_a_kind_and_a_code():
    assert label("status", "missed", "zh") == "未完成"
    assert label("status", "never-heard-of", "zh") == "never-heard-of"
    assert label("end-reason", "died", "en") == "died"
    assert set(KIND_OF_VALUE.values()) <= set(get_args(Kind))


def test_a_rule_without_a_sentence_would_be_found():
    tree = ast.parse("def f():\n    raise Refused('never-heard-of', day=1)\nBadInput('x', 'bad', '')")
    assert set(rules_in("x", tree)) == {
        NamedRule("never-heard-of", frozenset({"day"}), "x"),
        NamedRule("bad", frozenset({"field", "detail"}), "x"),
    }
    tree = ast.parse("session.say('one')\nf(session.say(word) for word in ('two', 'three'))\nwords.headings('four')")
    assert {named.rule for named in rules_in("x", tree)} == {"one", "two", "three", "four"}
