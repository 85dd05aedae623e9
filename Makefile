# Everything a contributor or a newcomer types. Needs only Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help sandbox run test bench check lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

sandbox: $(VENV)/run ## start a local Slack, phones and mailbox with the bot beside it, and print the address
	@$(BIN)/python app.py sandbox

run: $(VENV)/run ## run the bot with the settings in .env
	@$(BIN)/python app.py

test: $(VENV)/dev check ## run the checks and every test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/dev ## measure the speed of everything that has a limit; rows also in bench/results.json
	@$(BIN)/python -m bench

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

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@echo "Installing what the tests need into $(VENV) (once)…"
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@
