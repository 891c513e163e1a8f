"""Names of visits as people read them."""

from infra.edges.phrases import Translator
from projections.questions import Rows
from projections.roster_board import visits_of


def visit_names(words: Translator, rows: Rows, visit_ids: set[str]) -> dict[str, str]:
    """Return what people call these visits: the id, the purpose and the resident."""
    return {
        name: " · ".join(
            str(part)
            for part in (name, words.label("care-task", each["purpose"]), each["name"] or each["resident_id"])
            if part
        )
        for name, each in visits_of(rows, visit_ids).items()
    }
