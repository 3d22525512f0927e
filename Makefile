# `make run` and `make test` need Python 3.11 or newer and make; everything else they set up themselves.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install -c constraints.txt
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
APT := $(shell command -v apt-get)
WAIT := -o DPkg::Lock::Timeout=300
INSTALL = DEBIAN_FRONTEND=noninteractive $(SUDO) $(APT) $(WAIT) install -y -qq --no-install-recommends

.PHONY: run test check types tests lint setup browser bench index clean

run: $(VENV)/.run
	@$(BIN)/hallwise publish
	@$(BIN)/hallwise demo --if-empty
	@$(BIN)/hallwise serve

test: check

check: setup browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/hallwise check
	@$(MAKE) --no-print-directory -j2 types tests

# The import contracts run among the tests.
types:
	$(BIN)/mypy

tests:
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy
	$(BIN)/lint-imports

index: $(VENV)/.run
	$(BIN)/hallwise index

bench: setup
	$(PIP) -e '.[bench]'
	$(BIN)/hallwise bench search

setup: $(VENV)/.test

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'error: Python 3.11 or newer is needed (PYTHON=/path/to/python3.11 make …)'; exit 1; }
	@rm -rf $(VENV); $(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  echo 'the module venv is missing, installing python3-venv …'; rm -rf $(VENV); \
	  { [ -n "$(APT)" ] && $(SUDO) $(APT) $(WAIT) update -qq && $(SUDO) $(APT) $(WAIT) install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); } \
	  || { echo 'error: cannot make a virtual environment; install python3-venv (apt-get install python3-venv) and run make again'; exit 1; }; }

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo '正在安装所需的程序包，第一次要几分钟 … / installing what is needed, some minutes the first time …'
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo '正在安装所需的程序包和测试工具，第一次要几分钟 … / installing what is needed and the test tools, some minutes the first time …'
	@$(PIP) -e '.[test]'
	@touch $@ $(VENV)/.run

# Debian's Chromium and a Chinese font for the browser tests; without them those tests are skipped with a loud reason.
# The one without windows takes half the processor time of the other, which does where Debian's release has no such package.
browser:
	@command -v chromium-headless-shell >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . || \
	  { [ -n "$(APT)" ] && { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; } && $(SUDO) $(APT) $(WAIT) update -qq && \
	    { $(INSTALL) chromium-headless-shell fonts-noto-cjk fontconfig >/dev/null || $(INSTALL) chromium fonts-noto-cjk fontconfig >/dev/null; }; } || \
	  command -v chromium >/dev/null || echo 'NOTE: chromium cannot be installed here, the browser tests will be skipped'

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
