"""All mutants."""

from tests.mutants.access import ACCESS
from tests.mutants.accounts import ACCOUNTS
from tests.mutants.contracts import PAPERS
from tests.mutants.corrections import CORRECTIONS
from tests.mutants.feeds import FEEDS
from tests.mutants.http import HTTP
from tests.mutants.importing import IMPORTING
from tests.mutants.moment import MOMENT
from tests.mutants.packs import PACKS
from tests.mutants.people import PEOPLE
from tests.mutants.references import REFERENCES
from tests.mutants.solver import SOLVER
from tests.mutants.store import STORING
from tests.mutants.streams import STREAMS
from tests.mutants.teams import TEAMWORK
from tests.mutants.time import TIME

MUTANTS = (
    *PAPERS,
    *CORRECTIONS,
    *TEAMWORK,
    *PACKS,
    *STORING,
    *STREAMS,
    *SOLVER,
    *MOMENT,
    *PEOPLE,
    *ACCESS,
    *ACCOUNTS,
    *FEEDS,
    *TIME,
    *HTTP,
    *IMPORTING,
    *REFERENCES,
)
