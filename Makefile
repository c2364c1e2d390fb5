# Each command makes what it needs first, inside the checkout, so none needs a step before it.
# It uses python3; to use another: make test PYTHON=python3.12
PYTHON ?= python3

# The lowest versions were built for these; a newer Python has no wheels of some of them.
LOWEST_PYTHON = $(or $(shell for python in python3.10 python3.11 python3.12; do \
	$$python -c '' 2>/dev/null && echo $$python && break; done),$(PYTHON))

# What make check runs itself: the built packages, the types that hosts see, the words of the
# catalogs and the benchmark say nothing of how a site behaves.
CHECKED := tests/shipping tests/public/test_types.py tests/words tests/bench

# Tests on all cores, in the order of tests/order.py; what one file needs is started once.
AT_ONCE := --numprocesses auto --dist loadfile --no-loadscope-reorder

# What other libraries have a part in: with their lowest versions, only this is tested again.
OF_LIBRARIES := $(patsubst %,tests/%,admin/test_hosts.py admin/test_pages.py admin/test_users.py api \
	attendance cli history hosts nouns players viewer mediaservers/test_door.py \
	sessions/test_store.py test_config.py test_crosssite.py test_login.py test_migrations.py \
	test_moments.py test_qr.py test_upserts.py)

METADATA := setup.cfg pyproject.toml
PIP_INSTALL := -m pip install --quiet --quiet --disable-pip-version-check

# One lock holds for all Pythons and systems.
LOCK := .venv/bin/python -m uv pip compile --quiet requirements/build.in setup.cfg \
	--universal --python-version 3.10 --upgrade --generate-hashes --no-annotate \
	--no-emit-index-url --custom-compile-command 'make lock' --output-file
ANOTHER = or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3
NO_PYTHON = There is no Python that runs as '$(1)'. Install Python 3.10 or newer, $(ANOTHER)
OLD_PYTHON = '$(1)' is $$($(1) --version 2>&1). Install Python 3.10 or newer, $(ANOTHER)
NO_VENV = '$(1)' can't make a virtual environment: its modules venv and ensurepip are not all \
	there. On Debian and Ubuntu: apt install python3-venv
NOT_YOURS = $(1) was made by another user, $$(ls -ld $(1) | awk '{print $$3}'), so you can't change \
	it. Type: sudo rm -rf $(1)
NOT_MADE = The virtual environment $(2) could not be made; the reason is above.
NOT_INSTALLED = What is needed could not be installed; the reason is above. If it is the network: \
	pip needs to reach its package index.

# $(call yours,folder): what is there can be changed.
define yours
	@[ ! -e $(1) ] || [ -w $(1) ] || { echo "$(NOT_YOURS)" >&2; exit 1; }
endef

# $(call made,python,folder): a virtual environment.
define made
	$(call yours,$(2))
	@$(1) -c '' >/dev/null 2>&1 || { echo "$(NO_PYTHON)" >&2; exit 1; }
	@$(1) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "$(OLD_PYTHON)" >&2; exit 1; }
	@$(1) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(NO_VENV)" >&2; exit 1; }
	@echo "Making $(2) with $$($(1) --version)"
	@rm -rf $(2)
	@$(1) -m venv $(2) || { rm -rf $(2); echo "$(NOT_MADE)" >&2; exit 1; }
endef

# $(call locked,folder,lock): the packages that a lock names, and Flask-IPTV built with them.
define locked
	$(call yours,$(1))
	@echo "Installing what $(2) names into $(1), which takes up to a minute"
	@$(1)/bin/python $(PIP_INSTALL) --no-deps --requirement $(2) \
		&& $(1)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable . \
		|| { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@touch $@
endef

.PHONY: help run test test-thorough check dist bench screenshots words test-lowest test-latest lock clean

help:
	@echo "make run            serve the example site; prints its address and how to log in"
	@echo "make test           run the tests of the code, with real servers and players"
	@echo "make test-thorough  run the same with more of the examples that are made at random"
	@echo "make check          check the format, style, types, words, benchmark and built packages"
	@echo "make dist           build the packages of the last commit into dist"
	@echo "make bench          measure the speed beside others, some minutes; fills bench/results"
	@echo "make screenshots    take the pictures of the pages that the documentation shows"
	@echo "make test-lowest    run what libraries have a part in with their lowest versions"
	@echo "make test-latest    run all tests with the newest version of everything, before a release"
	@echo "make lock           choose the versions that the others install: the newest of today"
	@echo "make words          collect the words of the pages into the catalogs of translators"
	@echo "make clean          remove what these commands made, except the example site's data"

run: .venv/ready-to-run
	@.venv/bin/python -m example_app

test: .venv/ready-to-test
	@.venv/bin/python -m pytest $(AT_ONCE) $(CHECKED:%=--ignore %)

# Hypothesis tries five times as many examples as in other runs.
test-thorough: .venv/ready-to-test
	@.venv/bin/python -m pytest $(AT_ONCE) $(CHECKED:%=--ignore %) --hypothesis-profile thorough

check: .venv/ready-to-test
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m ruff check .
	.venv/bin/python -m mypy
	.venv/bin/python -m pytest $(CHECKED)

dist: .venv/ready-to-test
	@.venv/bin/python -m tests.shipping.distribution

bench: .venv/ready-to-test
	@.venv/bin/python -m bench

screenshots: .venv/ready-to-test
	@.venv/bin/python -m tests.browser.screenshots

# What is new in the code and the templates goes into the catalogs, what is gone leaves them.
words: .venv/ready-to-test
	@.venv/bin/python -m tests.words.extracted > .venv/words.pot
	@.venv/bin/pybabel update --domain flask_iptv --input-file .venv/words.pot \
		--output-dir flask_iptv/translations --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date

test-lowest: .venv-lowest/ready-to-test
	@.venv-lowest/bin/python -m pytest $(AT_ONCE) $(OF_LIBRARIES) \
		--ignore tests/hosts/test_flask_alembic.py --ignore tests/api/test_schemathesis.py

test-latest: | .venv-latest/bin/python
	$(call yours,.venv-latest)
	@echo "Installing the newest version of everything into .venv-latest"
	@.venv-latest/bin/python $(PIP_INSTALL) --upgrade pip \
		&& .venv-latest/bin/python $(PIP_INSTALL) --upgrade --upgrade-strategy eager \
			--editable '.[bench]' \
		|| { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@.venv-latest/bin/python -m pytest $(AT_ONCE)

lock: | .venv/bin/python
	@echo "Choosing versions, which takes up to a minute"
	@.venv/bin/python $(PIP_INSTALL) --upgrade uv || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@.venv/bin/python tests/lowest.py > .venv/lowest.txt
	@$(LOCK) requirements/test.txt --extra bench
	@$(LOCK) requirements/run.txt --extra example --constraint requirements/test.txt
	@$(LOCK) requirements/lowest.txt --extra test-lowest --constraint .venv/lowest.txt

clean:
	rm -rf .venv .venv-lowest .venv-latest build dist *.egg-info
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find flask_iptv example_app tests bench -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	$(call made,$(PYTHON),.venv)

.venv-lowest/bin/python:
	$(call made,$(LOWEST_PYTHON),.venv-lowest)

.venv-latest/bin/python:
	$(call made,$(PYTHON),.venv-latest)

.venv/ready-to-run: $(METADATA) requirements/run.txt | .venv/bin/python
	$(call locked,.venv,requirements/run.txt)

.venv/ready-to-test: $(METADATA) requirements/test.txt | .venv/bin/python
	$(call locked,.venv,requirements/test.txt)

.venv-lowest/ready-to-test: $(METADATA) requirements/lowest.txt | .venv-lowest/bin/python
	$(call locked,.venv-lowest,requirements/lowest.txt)
