PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help book check test nbval chapter lab bench zip solutions colab portable lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The path file puts the repository on Python's path: notebooks import course_lib from any folder.
.venv/installed: requirements.txt
	@echo "Installing the pinned packages into .venv: about two minutes without a word."
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --requirement requirements.txt
	echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/course.pth" && touch $@

book: .venv/installed  ## build the static site into _build/html, executing notebooks that changed
	$(BIN)/python book/build.py

check: .venv/installed  ## ruff, and the tests of library and sources: no book, no browser
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pytest -n 2 --no-loadscope-reorder -m "not book"

test: check book  ## check, build the book, and test its outputs, its pages and the explorers
	$(BIN)/python tests/chromium.py && $(BIN)/pytest -n 2 --no-loadscope-reorder -m book

nbval: .venv/installed  ## execute every notebook again in a fresh kernel and compare its outputs
	$(BIN)/pytest -n 2 --nbval --nbval-current-env --nbval-sanitize-with tests/evidence.cfg --nbval-cell-timeout 600 notebooks

solutions: .venv/installed  ## run the solutions of all exercises after their notebooks
	$(BIN)/python book/solutions.py

colab: .venv/installed  ## run notebooks and the library's tests with the versions that Colab has
	$(BIN)/pytest tests/elsewhere.py -k "colab or dead"

portable: .venv/installed  ## run every notebook without oneDNN and with one thread, strictly
	$(BIN)/pytest tests/elsewhere.py -k "portable or dead"

chapter: .venv/installed  ## begin a chapter, ready to build: make chapter SLUG=tied
	$(BIN)/python book/new_chapter.py "$(SLUG)"

lab: .venv/installed  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

bench: .venv/installed  ## print the table of speeds that the README shows
	$(BIN)/python book/bench.py

zip: book  ## pack the site into dist/autoencoder-course.zip: it works unpacked, without a network
	mkdir -p dist && cd _build/html && ../../$(BIN)/python -m zipfile -c ../../dist/autoencoder-course.zip .

lock: .venv/installed  ## compile requirements.txt from pyproject.toml
	$(BIN)/pip install --quiet uv && $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --no-header --output-file requirements.txt pyproject.toml

clean:  ## remove the site, the execution cache and the environment
	rm -rf _build .venv
