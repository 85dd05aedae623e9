# Everything a contributor or a newcomer types. Needs only Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help sandbox install run test bench check fuzz lock clean crash seeded races pauses outages repeats databases storms sustained heirs watchers \
	clocks shifts

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

sandbox: $(BIN)/tocsin ## start a local Slack, phones and mailbox with the bot beside it, and print the address
	@$(BIN)/tocsin sandbox

install: $(BIN)/tocsin ## install what the bot needs into .venv, and .venv/bin/tocsin

run: $(BIN)/tocsin ## run the bot with the settings in .env
	@$(BIN)/tocsin

test: $(VENV)/dev check ## run the checks and every test
	@$(BIN)/python -m pytest -n 3 --dist worksteal

bench: $(VENV)/dev ## measure the speed of everything that has a limit; rows also in bench/results.json
	@$(BIN)/python -m bench

# The long forms of what docs/reliability.md promises. Each adds its row there; RECORD= leaves the table alone.
DB ?= sqlite
SECONDS ?= 1500
TIMES ?= 50
RECORD ?= --record
CRASH := PYTHONPATH=tests:. $(BIN)/python -m crash

crash: $(VENV)/dev ## kill bots for SECONDS at every named place and at random (DB=sqlite or postgres)
	@$(CRASH) --seconds $(SECONDS) --db $(DB) $(RECORD)

seeded: $(VENV)/dev ## plant every seeded bug in a copy, and see that each is caught
	@$(CRASH).seeded $(RECORD)

races: $(VENV)/dev ## let four processes claim CLAIMS rows of one PostgreSQL side by side
	@$(CRASH).races --claims $(or $(CLAIMS),100000) $(RECORD)

pauses: $(VENV)/dev ## stop a replica for 30 s, TIMES times in TOWNS towns side by side (DB=postgres or sqlite)
	@$(CRASH).pauses --times $(TIMES) --db $(DB) --towns $(or $(TOWNS),1) $(RECORD)

outages: $(VENV)/dev ## let every provider go wrong a little, then be away for two hours each
	@$(CRASH).outages --pages $(or $(PAGES),300) --minutes $(or $(MINUTES),120) --db $(DB) $(RECORD)

repeats: $(VENV)/dev ## drop sockets, say every event again and press twice
	@$(CRASH).repeats --incidents $(or $(INCIDENTS),120) --db $(DB) $(RECORD)

storms: $(VENV)/dev ## post ALERTS alerts within SECONDS, and see that each is kept and somebody hears soon
	@$(CRASH).storms --alerts $(or $(ALERTS),10000) --seconds $(or $(MINUTE),60) $(RECORD)

sustained: $(VENV)/dev ## hold ALERTS alerts and PAGES pages a second for SECONDS
	@$(CRASH).sustained --alerts $(or $(ALERTS),60) --pages $(or $(PAGES),180) --seconds $(SECONDS) $(RECORD)

heirs: $(VENV)/dev ## let a replica die with due timers in its hands, TIMES times: how late do they fire?
	@$(CRASH).heirs --times $(TIMES) $(RECORD)

databases: $(VENV)/dev ## TROUBLE=locked, full, read-only or killed, TIMES times for SECONDS each
	@$(CRASH).databases --trouble $(TROUBLE) --times $(TIMES) --seconds $(SECONDS) $(RECORD)

clocks: $(VENV)/dev ## look at every minute around every clock change of 2024-2030: is exactly one on call?
	@PYTHONPATH=tests:. $(BIN)/python -m clocks $(RECORD)

shifts: $(VENV)/dev ## let everybody change the same shift at once, TRIES times (DB=sqlite or postgres)
	@PYTHONPATH=tests:. $(BIN)/python -m rota_races --tries $(or $(TRIES),1000) --db $(DB) $(RECORD)

watchers: $(VENV)/dev ## freeze the loop, end the scheduler, deafen the sockets, ROUNDS times: how soon is it mended?
	@$(CRASH).watchers --times $(or $(ROUNDS),3) $(RECORD)

fuzz: $(VENV)/dev ## read INPUTS damaged postures: each ends in findings, never in a traceback, and none is told twice
	@PYTHONPATH=tests:. $(BIN)/python -m posture_fuzz --inputs $(or $(INPUTS),20000)

check: $(VENV)/dev ## style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: $(VENV)/dev ## lock the dependencies again, by version and hash
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --extra postgres pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --extra postgres --group dev pyproject.toml -o requirements-dev.txt

clean: ## remove the environment and the sandbox's data
	@rm -rf $(VENV) data/sandbox

$(VENV)/uv: requirements-uv.txt
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/run: $(VENV)/uv requirements.txt
	@echo "Installing what the bot needs into $(VENV) (once)…"
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.txt
	@touch $@

# What people type: the program of this folder with the Python of this environment. Relative, so that both can be moved.
$(BIN)/tocsin: $(VENV)/run
	@printf '%s\n' '#!/bin/sh' 'exec "$${0%/*}/python" "$${0%/*}/../../app.py" "$$@"' > $@
	@chmod +x $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt | $(BIN)/tocsin
	@echo "Installing what the tests need into $(VENV) (once)…"
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@
