"""Encodings are detected, and a text that was decoded wrongly is known by its characters."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.importing.reading.decoding import encoding_of, reads_as_people_write
from infra.importing.reading.faults import UnreadableFile
from infra.simulate.people.residents import FIRST_NAMES, STREETS, SURNAMES

LEVEL_1 = [bytes([lead, trail]).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF)]
SENTENCES = st.lists(st.sampled_from(LEVEL_1), min_size=12, max_size=80).map("".join)


@given(text=SENTENCES)
def test_what_people_write_reads_well_in_every_encoding(text: str) -> None:
    assert reads_as_people_write(iter([text]))


def test_registers_in_utf_8_that_are_read_as_gb18030_do_not() -> None:
    streets = [street if len(street) % 2 == 0 else f"{street}段" for street in STREETS]  # so that the bytes fit GB18030
    for seed in range(200):
        random = Random(seed)
        people = [f"{random.choice(SURNAMES)}{random.choice(FIRST_NAMES)},{random.choice(streets)}" for _ in range(4)]
        register = "\n".join(people)
        assert reads_as_people_write(iter([register]))
        assert not reads_as_people_write(iter([register.encode().decode("gb18030")]))


@pytest.mark.parametrize(
    "text",
    ["陳大文，九龍塘窩打老道", "José Müller, Lane 3", "王翀 李赟 张祎", "0755-26000005 东街３号（北门）①"],
)
def test_rare_names_traditional_signs_and_accents_are_text(text: str) -> None:
    assert reads_as_people_write(iter([text]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_an_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes("姓名,地址\n王芳,红荔西路\n".encode(encoding))
    assert encoding_of(file, None) == encoding


def test_bytes_of_no_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes("姓名\n王芳\n".encode() + b"\xff\xff\n")
    with pytest.raises(UnreadableFile) as unreadable:
        encoding_of(file, None)
    assert (unreadable.value.fault.rule, unreadable.value.fault.line) == ("bad-encoding", 3)
