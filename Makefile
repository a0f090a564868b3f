# Two commands do everything: `make run` and `make test`. Python 3.11 and make are all that a machine needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
DATA ?=
TESTS ?= tests

# The lock pins torch's CPU build. Wheels on this machine's disk (pip's find-links) are used when there are any.
LINKS := $(shell $(PYTHON) -m pip config get global.find-links 2>/dev/null || true) $(PIP_FIND_LINKS)
INSTALL := $(BIN)/uv pip install --no-deps $(if $(strip $(LINKS)),$(foreach l,$(sort $(LINKS)),--find-links $(l)),--torch-backend cpu)
LOCK := $(BIN)/uv pip compile --quiet --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 $(foreach l,$(sort $(LINKS)),--find-links $(l))

.PHONY: run install test stories check format lint types bench lock clean

run: install
	$(BIN)/pricedesk serve --port $(PORT) $(if $(DATA),--data $(DATA))

install: $(VENV)/.installed

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements/dev.lock)"

$(VENV)/.installed: $(BIN)/uv requirements/run.lock pyproject.toml
	$(INSTALL) --requirements requirements/run.lock
	$(INSTALL) --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.lock
	$(INSTALL) --requirements requirements/dev.lock
	touch $@

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(TESTS)

# The stories of every page in a real browser; `make test` tells them too.
stories: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/e2e

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy agents bench db knowledge pricedesk pricing serving tools ui
	$(BIN)/python -m pytest $(TESTS)

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench

# The locks hold names and versions only: no registry address, no path. Tests run on the versions that users get.
lock: $(BIN)/uv
	$(LOCK) pyproject.toml --group dev -o requirements/dev.lock
	$(LOCK) pyproject.toml --constraint requirements/dev.lock -o requirements/run.lock

clean:
	rm -rf $(VENV) build *.egg-info
