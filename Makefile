PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help book test lab bench clean lock

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --requirement requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable . && touch $@

book: .venv/installed  ## build the static site into _build/html, executing notebooks that changed
	$(BIN)/python book/build.py

test: book  ## run every test: library, notebooks, built site, browser
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pytest -n 2

lab: .venv/installed  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

bench: .venv/installed  ## print the table of speeds that the README shows
	$(BIN)/python book/bench.py

lock: .venv/installed  ## compile requirements.txt from pyproject.toml
	$(BIN)/pip install --quiet uv && $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --no-header --output-file requirements.txt pyproject.toml

clean:  ## remove the site, the execution cache and the environment
	rm -rf _build .venv
