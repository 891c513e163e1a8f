"""A projection: the first visit of each resident."""

from tests.contributing.tree import Recipe, Step, Tree

PROJECTION = '''"""The first visit to each resident that was completed."""

from collections.abc import Iterator

from domain.event import value
from domain.visit.events import VisitCompleted
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows

FIRST_VISITS_V1 = Table("first_visits_v1", "visit_id", {"resident_id": "text", "left_at": "text"})


def project(event: VisitCompleted) -> Iterator[Change]:
    """Record every completed visit; the question picks the first."""
    yield FIRST_VISITS_V1.put(event.visit_id, resident_id=event.resident_id, left_at=moment(event.left_at))


@value
class FirstVisit:
    """Ask when a resident was visited first."""

    resident_id: str


def first_visit(question: FirstVisit, rows: Rows) -> list[Row]:
    """Return `visit_id` and `left_at`, or nothing."""
    return rows.ask(
        "SELECT visit_id, left_at FROM first_visits_v1 WHERE resident_id = :resident_id ORDER BY left_at LIMIT 1",
        resident_id=question.resident_id,
    )


FIRST_VISITS = Projection(
    name="first_visits",
    tables=(FIRST_VISITS_V1,),
    events=(VisitCompleted,),
    project=project,
    questions=(Question(asks=FirstVisit, answer=first_visit, example=FirstVisit(resident_id="r1")),),
)
'''
PROJECTION_TEST = """from dataclasses import replace
from datetime import timedelta

from projections.first_visits import FirstVisit
from tests.domain.test_visit import COMPLETED
from tests.projections.conftest import answer


def test_the_first_completed_visit_of_a_resident_is_the_earliest(rows_of):
    later = replace(COMPLETED, visit_id="v2", left_at=COMPLETED.left_at + timedelta(days=7))
    (row,) = answer(FirstVisit(resident_id=COMPLETED.resident_id), rows_of(later, COMPLETED))
    assert row["visit_id"] == COMPLETED.visit_id
"""


def add_projection(tree: Tree) -> None:
    """Write the projection: its table, the changes of each event, and its question."""
    tree.append("projections/first_visits.py", PROJECTION)


def list_projection(tree: Tree) -> None:
    """List it."""
    line = "from projections.first_visits import FIRST_VISITS\n"
    tree.insert("projections/registry.py", r"^from projections\.incompatibilities import", line)
    tree.insert("projections/registry.py", r"^        TIMERS,", "        FIRST_VISITS,\n")


def say_who_may(tree: Tree) -> None:
    """Say who may ask the question, how its place is found, and which of its values are personal."""
    line = '    ("MLCAR", "resident", "FirstVisit", "", "recorded"),\n'
    tree.insert("infra/access/roles.py", r'^    \("MLCAR", "resident", "ResidentNotices"', line)


def expect_who_may(tree: Tree) -> None:
    """Write by hand who may ask it, for what is their own and what is another's."""
    cells = "yx  yx  yx  yy  ..  ..  yx  ..  ..   FirstVisit\n"
    tree.insert("tests/access/role_matrix.txt", r"^yx  yx  yx .*ResidentNotices", cells)


def test_projection(tree: Tree) -> None:
    """Test its question."""
    tree.append("tests/projections/test_first_visits.py", PROJECTION_TEST)


REGISTRY_TEST = "tests/projections/test_registry.py"
ROLES_TEST = "tests/access/test_roles_table.py"

PROJECTION_RECIPE = Recipe(
    heading="A projection",
    steps=(
        Step(("projections/first_visits.py",), add_projection),
        Step(
            ("projections/registry.py",),
            list_projection,
            f"{REGISTRY_TEST}::test_every_projection_is_listed",
            "['first_visits'] == []",
        ),
        Step(
            ("infra/access/roles.py",),
            say_who_may,
            f"{ROLES_TEST}::test_a_command_or_a_question_without_a_line_is_named",
            "infra/access/roles.py has no line of these, or a line of nothing: FirstVisit",
        ),
        Step(
            ("tests/access/role_matrix.txt",),
            expect_who_may,
            f"{ROLES_TEST}::test_the_table_holds_each_command_each_question_and_each_operation_once",
            "FirstVisit",
        ),
        Step(
            ("tests/projections/test_first_visits.py",),
            test_projection,
            f"{REGISTRY_TEST}::test_every_question_is_asked_by_a_test",
            "['FirstVisit'] == []",
            with_previous=True,
        ),
    ),
    tests=(
        ROLES_TEST,
        f"{REGISTRY_TEST}::test_every_projection_is_listed",
        f"{REGISTRY_TEST}::test_every_question_is_asked_by_a_test",
        f"{REGISTRY_TEST}::test_a_row_is_written_by_one_stream_only[first_visits]",
        f"{REGISTRY_TEST}::test_a_projection_writes_its_own_tables_only_and_answers_every_event[first_visits]",
        f"{REGISTRY_TEST}::test_tables_are_versioned_and_no_two_have_one_name",
        f"{REGISTRY_TEST}::test_indexes_are_of_columns_that_exist[first_visits]",
        f"{REGISTRY_TEST}::test_a_question_says_what_it_asks_and_has_an_example[FirstVisit]",
        f"{REGISTRY_TEST}::test_a_question_can_be_asked_of_empty_and_of_full_rows[FirstVisit]",
        "tests/projections/test_first_visits.py",
    ),
)
