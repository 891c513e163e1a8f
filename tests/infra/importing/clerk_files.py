"""Files as clerks have them: registration forms in several encodings, with titles and totals, and broken by Excel.

Every identity number is made up.
"""

import zipfile
from collections.abc import Collection
from pathlib import Path
from xml.sax.saxutils import escape

from domain.resident.identity import check_digit

INSTITUTIONS = "institution_id,name,kind,sector,tier,district,x,y\ni1,East,community-health,public,1,Nanshan,1200,800\n"
SIGNS_IN_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def number(area: str, born: str, serial: int) -> str:
    body = f"{area}{born}{serial:03d}"
    return body + check_digit(body)


def ending_in_x(area: str, born: str) -> str:
    return next(each for serial in range(2, 999, 2) if (each := number(area, born, serial)).endswith("X"))


HEAD = [
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "联系电话",
    "出生日期",
    "户籍类型",
    "居住起始日",
    "现住址",
    "是否行动不便",
    "重点人群",
]
NUMBERS = [
    number("440305", "19520308", 2),
    ending_in_x("440305", "19480712"),
    number("440305", "19790315", 1),
    number("440305", "19921108", 3),
    number("440305", "19391111", 8),
]
ROWS = [
    ["1", "王芳", "女", NUMBERS[0], "13800000001", "1952/3/8", "户籍", "1995/3/1", "东街3号", "否", "老年人、高血压"],
    [
        *("2", "李娜", "女", NUMBERS[1].lower(), "+86 138 0000 0002", "19480712", "户籍", "1990年2月11日", "东街9号"),
        *("是", "老年人；残疾人"),
    ],
    [
        *("3", "张伟", "男", NUMBERS[2].translate(SIGNS_IN_FULL_WIDTH), "138-0000-0003", "1979年3月15日", "居住证"),
        *("2019.9.1", "东街18号\n北门", "否", "2型糖尿病"),
    ],
    ["4", "刘洋", "男", NUMBERS[3], "13800000004", "1992-11-08", "居住半年以上", "45616", "东街20号", "N", ""],
    [
        *("5", "周秀英", "女", NUMBERS[4], "0755-26000005", "1939-11-11 0:00:00", "户籍", "1985/10/1"),
        *("东街社区9栋101", "是", "65岁以上老年人"),
    ],
]
TITLE = ["东街社区居民签约登记表（2026年3月）"]


def text(rows: list[list[str]], separator: str = ",") -> str:
    def cell(content: str) -> str:
        quoted = '"' + content.replace('"', '""') + '"'
        return quoted if separator in content or "\n" in content or '"' in content else content

    return "\r\n".join(separator.join(map(cell, row)) for row in rows) + "\r\n"


def write_text(file: Path, rows: list[list[str]], encoding: str, separator: str = ",") -> Path:
    file.write_bytes(text(rows, separator).encode(encoding))
    return file


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sheet_of(rows: list[list[str]], numbers: Collection[tuple[int, int]]) -> str:
    """Return the XML of a sheet; the cells at `numbers` are numbers."""

    def cell(line: int, column: int, content: str) -> str:
        place = f"{chr(65 + column)}{line + 1}"
        if (line, column) in numbers:
            return f'<c r="{place}"><v>{content}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'

    lines = (
        f'<row r="{r + 1}">' + "".join(cell(r, c, content) for c, content in enumerate(row) if content) + "</row>"
        for r, row in enumerate(rows)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def write_package(file: Path, sheet: str) -> Path:
    """Write a workbook of one sheet, as small as can be."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name="登记表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file


def write_xlsx(file: Path, rows: list[list[str]], numbers: Collection[tuple[int, int]] = ()) -> Path:
    return write_package(file, sheet_of(rows, numbers))
