# Two commands matter: `make demo` tries everything, `make test` tests everything. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PROFILE ?= short
WORKERS ?= 2

.PHONY: setup demo test lint bench faults golden pins clean

setup: $(READY)

$(READY): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name it: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: $$($(PYTHON) --version). iso-bot needs Python 3.11 or newer: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || { echo "Making the environment in $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what iso-bot needs (pinned, with hashes; the first time takes a minute or two) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements/dev.txt || { echo "Installing failed: the lines above say which package. Is there a connection to a package index?"; exit 1; }
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . || { echo "Installing iso-bot itself failed: see above."; exit 1; }
	@touch $@
	@echo "Ready."

demo: setup
	@$(BIN)/python -m bot demo $(ARGS)

# First what may run side by side, then what measures time or memory and so runs alone; both, even if the first fails.
test: setup
ifeq ($(ARGS),)
	@status=0; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not alone" || status=$$?; \
	$(BIN)/python -m pytest -m alone || status=$$?; \
	exit $$status
else
	$(BIN)/python -m pytest $(ARGS)
endif

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/basedpyright

bench: setup
	$(BIN)/python -m tests.bench --profile $(PROFILE)

faults: setup
	$(BIN)/python -m tests.faults --profile $(PROFILE)

golden: setup
	$(BIN)/python -m pytest tests/cogs --update-golden

pins:
	@command -v uv >/dev/null || { echo "Pinning needs uv: pip install uv"; exit 1; }
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgresql --group build -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgresql --extra demo --group build --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) var build *.egg-info
