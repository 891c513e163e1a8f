"""An event with its command: a team phones before a visit."""

from tests.contributing.tree import Recipe, Step, Tree

IMPORT_COMMAND = "from domain.visit.commands import AnnounceVisit\n"
IMPORT_EVENT = "from domain.visit.events import VisitAnnounced\n"
IMPORT_DECISION = "from domain.visit.carry_out import announce\n"

VISIT_COMMAND = '''@command
class AnnounceVisit:
    """Record that the team phoned to announce an assigned visit."""

    visit_id: str
    announced_at: datetime


'''
VISIT_EVENT = '''@event("visit.announced.v1")
class VisitAnnounced:
    """The team phoned before the visit."""

    visit_id: str
    team_id: str
    announced_at: datetime


'''
ANNOUNCE = '''

def announce(command: AnnounceVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Record the phone call before an assigned visit; not in the future."""
    require_requested(visit, command.visit_id)
    if visit.announced_at == command.announced_at:
        return []
    if visit.announced_at is not None:
        raise Refused("visit-already-announced", visit=command.visit_id)
    if visit.status != "assigned":
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    if command.announced_at > now:
        raise Refused("moment-in-the-future", moment=command.announced_at.isoformat())
    return [VisitAnnounced(visit_id=command.visit_id, team_id=visit.team_id, announced_at=command.announced_at)]
'''
SENTENCES = """

def test_a_visit_is_announced_by_phone_once():
    announce = AnnounceVisit(visit_id="v1", announced_at=at(TODAY, 8))
    announced = VisitAnnounced(visit_id="v1", team_id="team-1", announced_at=at(TODAY, 8))
    assigned = given(REQUESTED, ASSIGNED)
    assigned.when(announce).then(announced)
    given(REQUESTED, ASSIGNED, announced).when(announce).then_nothing()
    again = AnnounceVisit(visit_id="v1", announced_at=at(TODAY, 7))
    given(REQUESTED, ASSIGNED, announced).when(again).then_refused("visit-already-announced", visit="v1")
    given().when(announce).then_refused("visit-unknown", visit="v1")
    given(REQUESTED).when(announce).then_refused("visit-not-assigned")
    assigned.when(AnnounceVisit(visit_id="v1", announced_at=at(TODAY, 18))).then_refused("moment-in-the-future")
"""


EDGE = (
    '    (visit.AnnounceVisit, "visit_id", "visit announce", '
    '{"visit_id": "v1", "announced_at": "2026-03-02T08:40:00+08:00"}),\n'
)
NAMES = {"en": "visit announced", "zh_CN": "上门前已电话告知"}
REFUSALS = {"en": "Visit {visit} was already announced.", "zh_CN": "上门服务 {visit} 已电话告知过。"}


def add_command(tree: Tree) -> None:
    """Add the command and its place in the union."""
    tree.insert("domain/visit/commands.py", r"^@command\nclass StartVisit", VISIT_COMMAND)
    tree.insert("domain/visit/commands.py", r"(?<=^VisitCommand = \(\n)", "    AnnounceVisit |\n")


def add_event(tree: Tree) -> None:
    """Add the event and its place in the union."""
    tree.insert("domain/visit/events.py", r'^@event\("visit\.started\.v1"\)', VISIT_EVENT)
    tree.insert("domain/visit/events.py", r"(?<=^VisitEvent = \(\n)", "    VisitAnnounced |\n")


def add_decision(tree: Tree) -> None:
    """Add the decision and its line in the table."""
    tree.insert("domain/visit/carry_out.py", r"^from domain\.visit\.commands import", IMPORT_COMMAND + IMPORT_EVENT)
    tree.append("domain/visit/carry_out.py", ANNOUNCE)
    tree.insert("domain/visit/__init__.py", r"^from domain\.visit\.commands import", IMPORT_COMMAND + IMPORT_DECISION)
    tree.insert(
        "domain/visit/__init__.py", r"^    decision\(StartVisit", "    decision(AnnounceVisit, announce, now=NOW),\n"
    )


def add_state(tree: Tree) -> None:
    """Remember what the decision asks."""
    tree.insert("domain/visit/state.py", r"^from domain\.visit\.events import", IMPORT_EVENT)
    tree.insert("domain/visit/state.py", r"^    entered_at: datetime", "    announced_at: datetime | None = None\n")
    tree.insert(
        "domain/visit/state.py",
        r"^        case VisitStarted\(\):\n            return",
        "        case VisitAnnounced(announced_at=announced_at):\n"
        "            return replace(visit, announced_at=announced_at)\n",
    )


def add_sentences(tree: Tree) -> None:
    """Test that it happens, that a repetition is quiet, and each refusal."""
    tree.insert("tests/domain/test_visit.py", r"^from domain\.visit\.commands import", IMPORT_COMMAND + IMPORT_EVENT)
    tree.append("tests/domain/test_visit.py", SENTENCES)


def write_golden_file(tree: Tree) -> None:
    """Write the golden file by its command."""
    tree.run("tests.test_stored_events")


def add_edge(tree: Tree) -> None:
    """Add the line that every edge reads."""
    tree.insert("infra/edges/commands.py", r"^    \(visit\.StartVisit", EDGE)


def name_event(tree: Tree) -> None:
    """Name the event in both languages."""
    for language, words in NAMES.items():
        tree.append(f"infra/words/{language}.po", f'\nmsgid "visit.announced.v1"\nmsgstr "{words}"\n')


def say_refusal(tree: Tree) -> None:
    """Say the new refusal in both languages."""
    for language, words in REFUSALS.items():
        tree.append(f"infra/words/{language}.po", f'\nmsgid "visit-already-announced"\nmsgstr "{words}"\n')


def place_refusal(tree: Tree) -> None:
    """Place the new refusal among those that are no rule of the field."""
    tree.insert("domain/rulebook/plumbing.py", r'^    "visit-already-requested",', '    "visit-already-announced",\n')


def say_who_may(tree: Tree) -> None:
    """Say who may give the command, and how its place is found."""
    tree.insert(
        "infra/access/roles.py", r'^    \("ML", "visit", "StartVisit', '    ("ML", "visit", "AnnounceVisit"),\n'
    )


def expect_who_may(tree: Tree) -> None:
    """Write by hand who may give it, for what is their own and what is another's."""
    cells = "yx  yx  ..  ..  ..  ..  ..  ..  ..   AnnounceVisit\n"
    tree.insert("tests/access/role_matrix.txt", r"^yx  yx .*StartVisit", cells)


def write_page(tree: Tree) -> None:
    """Write the page of rules by its command."""
    tree.run("infra.docs.rules")


def add_to_histories(tree: Tree) -> None:
    """Let the random histories hold the event."""
    tree.insert("tests/projections/histories/visits.py", r"^from domain\.visit\.events import", IMPORT_EVENT)
    tree.insert(
        "tests/projections/histories/visits.py",
        r"^                VisitStarted\(",
        '                VisitAnnounced(visit_id=visit_id, team_id="team-1", announced_at=b.at(b.TODAY, 7)),\n',
    )


def project_event(tree: Tree) -> None:
    """Let the projection that follows visits answer the event."""
    tree.insert("projections/visits.py", r"^from domain\.visit\.events import", IMPORT_EVENT)
    tree.insert(
        "projections/visits.py",
        r"^        case VisitStarted\(\):",
        '        case VisitAnnounced():\n            yield VISITS_V1.patch(visit, status="assigned")\n',
    )


COMMANDS_TEST = "tests/domain/test_every_command.py"
GOLDEN_TEST = "tests/test_stored_events.py::test_every_event_has_the_shape_in_which_it_is_stored"
EDGES_TEST = "tests/infra/cli/test_edges.py"
WORDS_TEST = "tests/infra/words/test_words.py"
RULES_TEST = "tests/infra/docs/test_rules.py"
REGISTRY_TEST = "tests/projections/test_registry.py"
ROLES_TEST = "tests/access/test_roles_table.py"

EVENT_RECIPE = Recipe(
    heading="An event with its command",
    steps=(
        Step(("domain/visit/commands.py",), add_command),
        Step(("domain/visit/events.py",), add_event),
        Step(
            ("domain/visit/carry_out.py", "domain/visit/__init__.py"),
            add_decision,
            GOLDEN_TEST,
            "Nobody decides AnnounceVisit",
        ),
        Step(("domain/visit/state.py",), add_state),
        Step(
            ("tests/domain/test_visit.py",),
            add_sentences,
            f"{COMMANDS_TEST}::test_every_command_happens_is_quiet_and_is_refused_by_each_of_its_rules[AnnounceVisit]",
            "no sentence in which AnnounceVisit happens",
        ),
        Step(
            ("tests/data/stored_events.json",),
            write_golden_file,
            GOLDEN_TEST,
            "visit.announced.v1 is not what the golden file says",
            with_previous=True,
        ),
        Step(
            ("infra/edges/commands.py",),
            add_edge,
            f"{EDGES_TEST}::test_the_table_holds_exactly_the_commands_of_the_domain",
            "visit.commands.AnnounceVisit",
            with_previous=True,
        ),
        Step(
            ("infra/words/en.po", "infra/words/zh_CN.po"),
            name_event,
            f"{WORDS_TEST}::test_every_event_and_every_rule_of_the_roster_has_its_words",
            "['visit.announced.v1'] == []",
            with_previous=True,
        ),
        Step(
            ("infra/words/en.po", "infra/words/zh_CN.po"),
            say_refusal,
            f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-already-announced-zh]",
            "visit-already-announced of ['domain/visit/carry_out.py'] needs a sentence",
            with_previous=True,
        ),
        Step(
            ("domain/rulebook/plumbing.py",),
            place_refusal,
            f"{RULES_TEST}::test_every_refusal_belongs_to_one_rule_or_is_no_rule_of_the_field",
            "!= 'visit-already-announced'",
            with_previous=True,
        ),
        Step(
            ("tests/projections/histories/visits.py",),
            add_to_histories,
            f"{REGISTRY_TEST}::test_the_random_histories_hold_every_event",
            "visit.events.VisitAnnounced",
            with_previous=True,
        ),
        Step(
            ("infra/access/roles.py",),
            say_who_may,
            f"{ROLES_TEST}::test_a_command_or_a_question_without_a_line_is_named",
            "infra/access/roles.py has no line of these, or a line of nothing: AnnounceVisit",
        ),
        Step(
            ("tests/access/role_matrix.txt",),
            expect_who_may,
            f"{ROLES_TEST}::test_the_table_holds_each_command_each_question_and_each_operation_once",
            "AnnounceVisit",
        ),
        Step(
            ("docs/rules.md",),
            write_page,
            f"{RULES_TEST}::test_the_page_says_what_the_code_does",
            "run python -m infra.docs.rules",
            with_previous=True,
        ),
        Step(
            ("projections/visits.py",),
            project_event,
            f"{REGISTRY_TEST}::test_a_projection_writes_its_own_tables_only_and_answers_every_event[visits]",
            "assert []",
            with_previous=True,
        ),
    ),
    tests=(
        "tests/domain/test_visit.py",
        COMMANDS_TEST,
        GOLDEN_TEST,
        EDGES_TEST,
        ROLES_TEST,
        f"{WORDS_TEST}::test_every_event_and_every_rule_of_the_roster_has_its_words",
        f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-already-announced-zh]",
        f"{WORDS_TEST}::test_every_rule_that_refuses_has_its_sentence[visit-already-announced-en]",
        f"{RULES_TEST}::test_every_refusal_belongs_to_one_rule_or_is_no_rule_of_the_field",
        f"{RULES_TEST}::test_the_page_says_what_the_code_does",
        f"{REGISTRY_TEST}::test_every_event_is_followed_by_somebody",
        f"{REGISTRY_TEST}::test_the_random_histories_hold_every_event",
        f"{REGISTRY_TEST}::test_a_row_is_written_by_one_stream_only[visits]",
        f"{REGISTRY_TEST}::test_a_projection_writes_its_own_tables_only_and_answers_every_event[visits]",
    ),
)
