# Two commands for everybody: `make demo` shows the main job, `make test` passes every test. Both set up first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO := .jiayi/demo

# Tests start hundreds of processes: each would compile every source again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test checks lint bench chaos mutants clean

setup: $(VENV)/warm

# Python compiles what is imported; pip would compile all of every package, which takes half a minute.
$(VENV)/ready: constraints.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	touch $@

$(VENV)/warm: $(VENV)/ready
	$(BIN)/python -m schedulers.warm
	touch $@

demo: setup
	@rm -rf $(DEMO)
	@env -u DATABASE_URL -u KAFKA_BOOTSTRAP_SERVERS sh examples/demo.sh $(BIN)/jiayi $(DEMO)

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

checks: setup lint

# Two at a time: first the solver compiles while types are checked, then tests run, each half with a Kafka and a PostgreSQL
# of its own; `pytest tests/...` runs some one after the other.
test:
	@$(MAKE) --no-print-directory --jobs 2 checks
	$(BIN)/pytest --numprocesses 2 --dist worksteal

# Figures beside their limits; minutes, not seconds.
bench: setup
	JIAYI_WALKS=10000 $(BIN)/pytest -q tests/domain -k walks
	$(BIN)/jiayi bench store
	$(BIN)/jiayi bench streams
	$(BIN)/jiayi bench http
	$(BIN)/jiayi bench import
	$(BIN)/python -m tests.infra.importing.fuzz --files 50000
	$(BIN)/python -m tests.http.fuzz --cases 20000
	$(BIN)/jiayi bench planner
	$(BIN)/jiayi bench scenario
	$(BIN)/jiayi bench year
	$(BIN)/jiayi bench replan
	$(BIN)/jiayi bench week
	$(BIN)/jiayi bench proofs
	$(BIN)/jiayi bench night --days 24 --compared 6
	$(BIN)/jiayi bench streets
	$(BIN)/jiayi bench start
	$(BIN)/jiayi bench solver --instances tests/data/hhcrsp --seconds 10 --against routing

# Kills at random, about ten minutes.
chaos: setup
	$(BIN)/python -m tests.chaos.storm --kills 100 --freezes 3 --workers 4 --teams 2
	$(BIN)/python -m tests.chaos.outages
	$(BIN)/python -m tests.http.kills --kills 20

# Tests of the tests: one line of the code made worse at a time, and the one test that must fail then.
mutants: setup
	$(BIN)/python -m tests.mutants.run

clean:
	-$(BIN)/jiayi dev down --erase
	rm -rf $(VENV) .jiayi build ./*.egg-info
