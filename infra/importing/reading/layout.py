"""Tells the rows of a table from other lines: titles above it, repeated headers, totals, signatures and blank lines."""

from collections.abc import Iterator, Sequence

from infra.importing.words.normalise import folded

TOTALS = ("合计", "总计", "小计", "共计", "累计", "total", "sum", "subtotal")
SIGNATURES = (
    "填表人",
    "制表人",
    "审核人",
    "填报人",
    "填表日期",
    "制表日期",
    "负责人",
    "填报单位",
    "注:",
    "备注:",
    "说明:",
)
MOST_OF_TOTAL = 4
"""Cells that are not empty, in a line of totals."""


class Layout:
    """The lines of one table; `left_out` holds the numbers of those that are no rows, by what they are."""

    def __init__(self, header: Sequence[str] = (), titles: Sequence[Sequence[str]] = ()) -> None:
        self._header = comparable(header)
        self._titles = {comparable(title) for title in titles}
        self.left_out: dict[str, list[int]] = {}

    def rows(self, lines: Iterator[tuple[int, list[str]]], *, after: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows behind the line of the header, with their numbers."""
        for number, cells in lines:
            if number < after:
                if any(cell.strip() for cell in cells):
                    self._leave_out("lines-titles", number)
                continue
            if number == after:
                continue
            rule = self._rule_of(cells)
            if rule == "":
                yield number, cells
            elif rule != "blank":
                self._leave_out(rule, number)

    def _rule_of(self, cells: Sequence[str]) -> str:
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            return "blank"
        if len(filled) > MOST_OF_TOTAL:
            return "lines-headers" if comparable(cells) == self._header else ""
        compared = comparable(cells)
        if compared == self._header:
            return "lines-headers"
        if compared in self._titles:
            return "lines-titles"
        first = folded(filled[0]).replace(" ", "").casefold()
        if first.rstrip(":") in TOTALS or (len(filled) <= len(cells) // 2 and first.startswith(TOTALS)):
            return "lines-totals"
        return "lines-signatures" if first.startswith(SIGNATURES) else ""

    def _leave_out(self, rule: str, number: int) -> None:
        self.left_out.setdefault(rule, []).append(number)


def comparable(cells: Sequence[str]) -> tuple[str, ...]:
    """Return cells as two lines are compared: in ASCII where they can be, without blank cells at the end."""
    compared = [folded(cell).casefold() for cell in cells]
    while compared and not compared[-1]:
        compared.pop()
    return tuple(compared)
