"""The register in files that can be imported again."""

from pathlib import Path

from infra.cli.importing.results import ExportedFile
from infra.cli.session import Session
from infra.edges.results import Listing
from infra.exports.register import KINDS as EXPORTED
from infra.exports.register import write_register
from infra.importing.kinds import KINDS


def export_register(session: Session, folder: str) -> Listing[ExportedFile]:
    """Write institutions, teams, residents and histories of contracts into a folder, in the columns of an import."""
    columns = {kind: [column.name for column in KINDS[kind].columns] for kind in EXPORTED}
    with session.open(asks=True) as system:
        counts = write_register(system.store, Path(folder), columns)
    return Listing(tuple(ExportedFile(str(Path(folder) / f"{kind}.csv"), rows) for kind, rows in counts.items()))
