"""What was expected in a field is said in the reader's language, whether our code, msgspec or orjson noticed it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli.records.answers import read_object
from infra.codec import BadInput, command_from
from infra.edges.commands import COMMANDS
from infra.edges.problems import UsageError, problem_of
from infra.http.rosters.calls import require_number
from infra.words.details import DETAILS, detail_in

INFRA = Path(__file__).parents[3] / "infra"
DETAIL_OF = {
    "UsageError": ("bad-value", "bad-moment", "bad-day", "bad-span", "bad-json", "wrong-type"),
    "BadInput": None,
}


def raised_details() -> Iterator[tuple[str, str]]:
    """Yield place and text of every detail that is raised in words; what it is filled with is an x."""
    for path in sorted(INFRA.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DETAIL_OF):
                continue
            rules = DETAIL_OF[node.func.id]
            if rules and not (isinstance(node.args[0], ast.Constant) and node.args[0].value in rules):
                continue
            details = [each.value for each in node.keywords if each.arg == "detail"] or node.args[2:3]
            for each in details:
                if isinstance(each, ast.Constant | ast.JoinedStr):
                    yield f"{path.relative_to(INFRA)}:{each.lineno}", text_of(each)


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)


def chinese(text: str) -> bool:
    return any("一" <= sign <= "鿿" for sign in text)


def test_every_detail_that_is_raised_has_chinese_words() -> None:
    raised = list(raised_details())
    assert len(raised) > 20
    assert [(place, text) for place, text in raised if not chinese(detail_in("zh", text))] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"starts_on": 7}, "应为 date，实为 int"),
        ({"starts_on": "2026-02-30"}, "没有这样的日期或时刻"),
        ({"signed_at": "moon"}, "不在可选值之列"),
        ({"team_id": None}, "应为 str，实为 null"),
        ({"nobody": 1}, "SignContract 没有此字段"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_chinese(changed: dict[str, object], said: str) -> None:
    example = {**COMMANDS["SignContract"].example, **changed}
    with pytest.raises(BadInput) as refused:
        command_from(COMMANDS["SignContract"].command, example)
    problem = problem_of(refused.value, "zh")
    assert problem is not None
    assert said in problem.detail


def test_where_json_breaks_and_how_far_a_number_goes_are_said_in_chinese() -> None:
    with pytest.raises(UsageError) as broken:
        read_object(b'{"a": }')
    problem = problem_of(broken.value, "zh")
    assert problem is not None
    assert "第 1 行第 7 列有误" in problem.detail
    with pytest.raises(UsageError) as beyond:
        require_number("weeks", 9, 5)
    problem = problem_of(beyond.value, "zh")
    assert problem is not None
    assert problem.detail == "weeks：内容无效（应为 1 至 5 的整数）。"
    assert problem.values["detail"] == "a number from 1 to 5 is expected"


def test_english_details_stay_as_they_are() -> None:
    assert detail_in("en", "a number is expected") == "a number is expected"
    assert detail_in("zh", "whatever else") == "whatever else"
    assert len(DETAILS) == len({*DETAILS.values()})
