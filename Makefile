# Two commands matter: `make demo` tries everything, `make test` tests everything. Both set up what they need.

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := $(VENV)/.demo
PROFILE ?= short
WORKERS ?= 2
# Compiled modules are kept, whatever the machine says: without, each of hundreds of processes compiles all of them anew.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: setup demo test lint bench faults noise golden pins dist docs pictures openapi proof newest image fresh clean

setup: $(READY)

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name it: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: $$($(PYTHON) --version). iso-bot needs Python 3.11 or newer: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(READY): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what iso-bot and its tests need (pinned, with hashes; the first time takes a minute or two) ..."
	@$(PIP) install --progress-bar on --require-hashes -r requirements/dev.txt || { echo "Installing failed: the lines above say which package. Is there a connection to a package index?"; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation -e . || { echo "Installing iso-bot itself failed: see above."; exit 1; }
	@touch $@
	@echo "Ready."

# What the demo needs and no more; who has everything already has this too.
$(DEMO): requirements/demo.txt | $(BIN)/python
	@test -e $(READY) || echo "Installing what the demo needs (pinned, with hashes; half a minute the first time) ..."
	@test -e $(READY) || $(PIP) install --progress-bar on --no-compile --require-hashes -r requirements/demo.txt || { echo "Installing failed: the lines above say which package. Is there a connection to a package index?"; exit 1; }
	@test -e $(READY) || $(PIP) uninstall --yes setuptools 2>/dev/null
	@touch $@

demo: $(DEMO)
	@$(BIN)/python -m bot demo $(ARGS)

# First what may run side by side, then what holds the pace of several processes to bounds and so runs alone; both, even if
# the first fails.
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
	$(BIN)/python -m tests.bench --profile $(PROFILE) $(ARGS)

faults: setup
	$(BIN)/python -m tests.faults --profile $(PROFILE)

# A simulated year of what people hear, as a table; `make test` lives its first nine weeks.
noise: setup
	ISO_BOT_NOISE_WEEKS=52 $(BIN)/python -m pytest -q -s tests/noise

golden: setup
	$(BIN)/python -m pytest tests/cogs --update-golden

# UV names another uv: python3 -m venv /tmp/uv && /tmp/uv/bin/pip install uv && make pins UV=/tmp/uv/bin/uv
PINS := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml
pins:
	@command -v $(UV) >/dev/null || { echo "Pinning needs uv: make pins UV=... names it"; exit 1; }
	$(PINS) --all-extras --group build --group dev -o requirements/dev.txt
	$(PINS) -c requirements/dev.txt --extra postgresql --extra encryption --group build -o requirements/run.txt
	$(PINS) -c requirements/dev.txt --no-emit-package uvloop --no-emit-package zstandard -o requirements/demo.txt

dist: setup
	$(BIN)/python -m tools.dist $(ARGS)

# Writes docs/commands.md, and ends with 1 when a link of any page leads nowhere.
docs: setup
	$(BIN)/python -m tools.docs

# Takes the pictures of docs/images anew, in the demo as it is now; needs Chromium (Debian: apt-get install chromium).
pictures: setup
	$(BIN)/python -m tools.pictures

# As root: a Debian made by debootstrap, in which the README's commands are followed literally and timed.
fresh:
	$(PYTHON) -m tools.fresh $(ARGS)

# As root: builds the container's image with buildah and tries it with runc; BASE=... names the image to build on.
image: setup
	$(BIN)/python -m tools.image $(ARGS)

# Brings Discord's official document, against which the tests hold every request; needs npm and a registry.
openapi:
	@$(PYTHON) -m tools.openapi

# Runs faults and benches and puts their tables into docs/proof.md, with machine and commit.
proof: setup
	$(BIN)/python -m tools.proof --profile $(PROFILE) $(ARGS)

# Tries the newest releases of everything that the bot stands on, in an environment of its own.
newest:
	$(PYTHON) -m tools.newest $(ARGS)

clean:
	rm -rf $(VENV) var build dist *.egg-info
