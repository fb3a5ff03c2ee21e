# `make` or `make help` lists what can be done. The work is in deploy/local/*.sh; nothing here needs more
# than make, bash and Python 3.11 or newer.

SHELL := /bin/bash
.DEFAULT_GOAL := help

export VENV ?= .venv
PYTHON_IN_VENV := $(VENV)/bin/python
TEMPLATES = $$(find templates -name '*.html')
# Two at once on two cores; more than four only wait for the browser.
WORKERS ?= auto
ARGS ?=

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{ printf "  %-16s %s\n", $$1, $$2 }'

.PHONY: run
run: ## Start the site at http://127.0.0.1:8000 (PORT=8001 for another port)
	@deploy/local/run.sh

# What Python has compiled is kept, whatever the environment says: each process would compile it again.
.PHONY: test
test: install messages ## Run every test, those in a real browser included (ARGS="tests/thai -k dates"; DATABASE_URL=postgres://... for PostgreSQL)
	@deploy/local/system-packages.sh test
	@PYTHONDONTWRITEBYTECODE= $(PYTHON_IN_VENV) -m pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal $(ARGS)

.PHONY: drills
drills: install messages ## Run the tests that take minutes, and write what they saw to docs/evidence
	@deploy/local/system-packages.sh drill
	@OCSC_EVIDENCE=1 $(PYTHON_IN_VENV) -m pytest -m drill $(ARGS)

.PHONY: lint
lint: install ## Check style, templates, catalogues, scripts and the Dockerfile; change nothing
	@failed=0; \
	$(VENV)/bin/ruff check . || failed=1; \
	$(VENV)/bin/ruff format --check . || failed=1; \
	$(PYTHON_IN_VENV) deploy/local/bandit.py news ocsc_site manage.py deploy/*.py deploy/nginx || failed=1; \
	$(VENV)/bin/djade --target-version 5.2 --check $(TEMPLATES) || failed=1; \
	$(VENV)/bin/shellcheck .ci/run deploy/ocsc-manage deploy/local/*.sh deploy/lab/*.sh || failed=1; \
	$(VENV)/bin/hadolint Dockerfile || failed=1; \
	$(PYTHON_IN_VENV) deploy/messages.py --check || failed=1; \
	exit $$failed

.PHONY: audit
audit: install ## Ask whether a pinned package has a known vulnerability (needs the network; OCSC_AUDIT=required fails without)
	@deploy/local/audit.sh requirements.txt requirements-optional.txt

.PHONY: format
format: install ## Bring code and templates into the project's style
	@$(VENV)/bin/ruff check --fix-only .
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES)

.PHONY: messages
messages: install ## Compile the Thai texts of the interface
	@$(PYTHON_IN_VENV) deploy/messages.py

.PHONY: extract
extract: install ## Bring new texts of code and templates into locale/ (needs GNU gettext)
	@OCSC_ENV=test $(PYTHON_IN_VENV) manage.py makemessages --verbosity 0 --locale th --no-obsolete --add-location file \
		--ignore '.venv' --ignore var --ignore tests --ignore static/vendor
	@$(PYTHON_IN_VENV) deploy/messages.py --tidy

.PHONY: lock
lock: install ## Write requirements*.txt anew from requirements*.in (ARGS="--upgrade-package django")
	@for name in requirements requirements-optional requirements-dev benchmarks/requirements-wagtail; do \
		$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command 'make lock' $(ARGS) $$name.in --output-file $$name.txt >/dev/null || exit 1; \
	done

.PHONY: install
install:
	@deploy/local/install.sh requirements.txt requirements-dev.txt

.PHONY: clean
clean: ## Remove all that make wrote, except the database, the uploads and .env
	@rm -rf $(VENV) var/static htmlcov .coverage* .pytest_cache .ruff_cache .hypothesis test-results
	@find . -name '__pycache__' -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete 2>/dev/null || true
