PYTHON := $(or $(shell command -v $(or $(PYTHON),python3.11)),$(shell command -v python3),$(error Python 3.11 is needed: install python3.11))

.PHONY: help demo test check bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

demo: ## set up and serve a working city (KSR_PORT changes the port)
	@exec $(PYTHON) ops/bootstrap.py demo $(ARGS)

test: ## set up and run the tests (ARGS="-k word" for some of them)
	@exec $(PYTHON) ops/bootstrap.py test $(ARGS)

check: ## ruff, mypy, import-linter, djlint, words, migrations
	@exec $(PYTHON) ops/bootstrap.py check

bench: ## measure the figures, some of them with ARGS="page demo" (see ops/bench/README.md)
	@exec $(PYTHON) ops/bootstrap.py bench $(ARGS)

clean: ## forget the demonstration's data
	rm -rf .ksr
