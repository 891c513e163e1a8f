"""Mutants of the import of files."""

from tests.mutants.mutant import Mutant, in_file

IMPORTING: tuple[Mutant, ...] = (
    *in_file(
        "infra/importing/words/normalise.py",
        "tests/infra/importing/test_normalise.py",
        (
            "if born[2:] == old[2]:",
            "if born[2:] != old[2]:",
            "test_fifteen_digits_are_converted_where_they_hold_the_birthday",
            "A number of fifteen digits must not become that of somebody else.",
        ),
    ),
    *in_file(
        "infra/importing/batch.py",
        "tests/infra/importing/test_chunks.py",
        (
            "self._spool.keep_claims({k: v for k, v in claims.items() if not k.startswith(LOCAL_CLAIMS)})",
            "self._spool.keep_claims({})",
            "test_a_person_of_an_earlier_chunk_is_known_to_the_judge_by_their_number",
            "A large import with one person twice must store nothing.",
        ),
    ),
)
