# Everything sets itself up in .venv on first use and is instant after that.
# Needs make and Python 3.11 or newer with venv; nothing else, and no root.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
UV := $(BIN)/uv pip install --quiet --python $(PY)
# A file's tests stay in one process, since they share what is dear to make; `make test PYTEST_ARGS=` uses one process.
PYTEST_ARGS ?= -n auto --dist loadfile
UPGRADE ?=
BENCH_ARGS ?=
FUZZ_ARGS ?=
COVERAGE_ARGS ?=
ONLY ?=
FULL ?=
HOUSE_ARGS ?=
BROWSER ?= $(filter-out tests/browser/test_speed.py,$(wildcard tests/browser/test_*.py))

# The first interpreter that is new enough; override with `make demo PYTHON=/path/to/python3.12`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

# The interpreter's bytecode is compiled once at installation: without it every start takes three to five times as long.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_DOCS := $(VENV)/.installed-docs

.PHONY: demo app shipped test quick cover lint slow golden house browser fuzz coverage sellers bench bench-size bench-questions bench-pages \
	docs wheel lock \
	clean
.DEFAULT_GOAL := demo

demo: $(INSTALLED) ## decide the reference scenario
	$(BIN)/warrantysim decide scenarios/base.yaml

app: $(INSTALLED) ## the app in a browser on this machine, with the reference seller's results
	$(BIN)/warrantysim app --demo

shipped: $(INSTALLED) ## the results of the demo anew, as they ship
	$(PY) -m warrantysim.ui.demo artefacts/demo

test: lint ## lint, types, tests
	$(PY) -m pytest $(PYTEST_ARGS)

quick: $(INSTALLED_DEV) ## the everyday suite: the tests but those that tests/long.csv lists with their seconds
	$(PY) -m pytest -m "not slow and not browser and not long" $(PYTEST_ARGS)

cover: $(INSTALLED_DEV) ## the tests again, and how many branches of the program they meet
	$(PY) -m pytest -p tests.covering $(PYTEST_ARGS)

lint: $(INSTALLED_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

slow: $(INSTALLED_DEV) ## the laws that take minutes
	$(PY) -m pytest -m slow $(PYTEST_ARGS)

golden: $(INSTALLED_DEV) ## the golden files anew: ONLY="small/decide small/quotes" some of them, FULL=1 the slowest too
	$(PY) -m tests.regression $(ONLY) $(if $(FULL),--full)

house: $(INSTALLED_DEV) ## lines, modules, and how often one thing is told, against what is wanted
	$(PY) -m benchmarks.house $(HOUSE_ARGS)

# Two processes share one set of results, made once.
browser: $(INSTALLED_DEV) ## the app in a real Chromium; pictures in artefacts/browser
	@results=$$(mktemp -d) && failed=0; rm -f artefacts/browser/journeys.txt; \
	WARRANTYSIM_KEPT=$$results $(PY) -m pytest -m browser -n 2 --dist loadfile $(BROWSER) || failed=$$?; \
	cat artefacts/browser/journeys.txt 2>/dev/null; rm -rf $$results; exit $$failed

fuzz: $(INSTALLED_DEV) ## thousands of broken inputs read, hundreds simulated; about ten minutes
	$(PY) -m tests.fuzz $(FUZZ_ARGS)

coverage: $(INSTALLED_DEV) ## decisions of 200 small worlds held against the truth; about fifteen minutes
	$(PY) -m tests.coverage_of_decisions $(COVERAGE_ARGS)

sellers: $(INSTALLED_DEV) ## fits and forecasts of 100 synthetic sellers held against the truth; about an hour
	$(PY) -m tests.synthetic $(SELLERS_ARGS)

bench: $(INSTALLED_DEV) ## speed and memory beside peers, about two minutes
	$(PY) -m benchmarks $(BENCH_ARGS)

bench-size: $(INSTALLED_DEV) ## sellers, programs of 480 to 20,000 cells and the engine; PARTS=480,direct some of it, seller-480 and 400000 by name
	$(PY) -m benchmarks.sizes $(if $(PARTS),--parts $(PARTS)) $(BENCH_ARGS)

bench-questions: $(INSTALLED_DEV) ## how long finance waits: compare, quotes, shared luck; about five minutes
	$(PY) -m benchmarks.questions $(BENCH_ARGS)

bench-pages: $(INSTALLED_DEV) ## how long a visitor waits for pages and clicks of the demo, in a real Chromium
	$(PY) -m pytest -m browser tests/browser/test_speed.py

# The pages are gathered first, with what the code says of itself; links are checked, and nothing is fetched.
SITE := artefacts/site
docs: $(INSTALLED_DOCS) ## the documentation as a site in artefacts/site/html
	$(PY) -m docs._site $(SITE)
	$(BIN)/zensical build --strict --config-file $(SITE)/zensical.toml

wheel: $(VENV)/.bootstrap ## source archive and wheel in dist
	rm -rf build dist
	$(BIN)/uv build --quiet --offline --no-build-isolation --python $(PY)

# Resolve anew; the files name no package index. `make lock UPGRADE=--upgrade` takes newer versions.
# One version of each package for all Pythons (fewest), so that figures do not depend on the interpreter.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	--fork-strategy fewest $(UPGRADE)
lock: $(VENV)/.bootstrap
	$(LOCK) --group build -o requirements-build.lock
	$(LOCK) pyproject.toml --extra ui --extra documents -o requirements.lock
	$(LOCK) pyproject.toml --extra ui --extra documents --extra cluster --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group docs -c requirements-dev.lock -o requirements-docs.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build dist

$(VENV)/.bootstrap: requirements-build.lock
	@test -n "$(PYTHON)" || { echo "warrantysim needs Python 3.11 or newer with the venv module" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

# What people read is compiled when the package is installed.
TEXTS := $(wildcard warrantysim/locale/*/LC_MESSAGES/*.po)

$(INSTALLED): $(VENV)/.bootstrap requirements.lock pyproject.toml $(TEXTS)
	$(UV) --require-hashes --compile-bytecode -r requirements.lock
	$(UV) --offline --no-deps --no-build-isolation --config-setting editable_mode=compat --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	$(UV) --require-hashes --compile-bytecode -r requirements-dev.lock
	@touch $@

$(INSTALLED_DOCS): $(INSTALLED) requirements-docs.lock
	$(UV) --require-hashes --compile-bytecode -r requirements-docs.lock
	@touch $@
