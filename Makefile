# Two commands for a newcomer: `make run` and `make test`. Everything they need is set up on the way.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
QIAOMEN := $(BIN)/qiaomen
export PATH := $(CURDIR)/$(BIN):$(PATH)
export QIAOMEN_DATA_DIR ?= $(CURDIR)/var

.PHONY: run test test-server test-phone coverage simulate kills hammer mutants bench build lint screens system-packages clean

run: build
	@deploy/run $(PORT)

# What the server and the phone's app need
$(VENV)/.run: setup.cfg constraints.txt
	@deploy/packages run $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[build]'
	@touch $@

pwa/node_modules/.package-lock.json: pwa/package-lock.json $(VENV)/.run
	cd pwa && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

PWA_SOURCES := $(shell find pwa/src pwa/public sync/rules -type f 2>/dev/null) pwa/index.html pwa/vite.config.ts

pwa/dist/.built: pwa/node_modules/.package-lock.json $(PWA_SOURCES)
	cd pwa && npm run --silent build
	$(BIN)/python -m whitenoise.compress --quiet --no-brotli pwa/dist
	@touch $@

build: $(VENV)/.run pwa/dist/.built

# What the tests need beside that
$(VENV)/.test: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[build,test]'
	@touch $@

system-packages:
	@deploy/packages test $(PYTHON)

lint: $(VENV)/.test pwa/node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict sync
	$(BIN)/lint-imports
	cd pwa && npm run --silent check

# The two halves take about as long as each other, so a machine of two cores runs them side by side
test: system-packages build lint
	$(MAKE) --jobs=2 --output-sync=line test-server test-phone

test-server: build $(VENV)/.test
	$(BIN)/pytest --ignore=tests/e2e

test-phone: build $(VENV)/.test
	cd pwa && npm run --silent test
	$(BIN)/pytest tests/e2e

# Which lines of the server no test reaches. Apart, for counting them doubles what the tests cost
coverage: system-packages build $(VENV)/.test
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

# A town on a bad day, from a seed: make simulate SEED=7 STEPS=20000 STORE=memory (or sqlite, postgresql)
SEED ?= 1
STEPS ?= 20000
STORE ?= memory

simulate: $(VENV)/.test
	@$(BIN)/python -m tests.simulation --seed $(SEED) --steps $(STEPS) --store $(STORE)

# The server, its database, the worker and the browser killed in mid-work, more often than in every test run
ROUNDS ?= 200
EVENTS ?= 10000

kills: system-packages build $(VENV)/.test
	ROUNDS=$(ROUNDS) EVENTS=$(EVENTS) $(BIN)/pytest --log-cli-level=INFO \
		tests/app/test_kills.py tests/app/test_notices_killed.py tests/e2e/test_killed_browser.py

# Many phones on PostgreSQL at once, for longer than in every test run
SECONDS ?= 60

hammer: system-packages $(VENV)/.test
	SECONDS=$(SECONDS) $(BIN)/pytest --log-cli-level=INFO tests/app/test_hammer.py

# The engine with one small fault at a time: which ones its quick tests do not notice
mutants: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[build,test,mutants]'
	$(BIN)/mutmut run && $(BIN)/mutmut results

bench: system-packages build $(VENV)/.test
	$(BIN)/python -m bench

screens: system-packages build $(VENV)/.test
	$(BIN)/python -m tests.e2e.screens docs/screens

clean:
	rm -rf $(VENV) pwa/node_modules pwa/dist
