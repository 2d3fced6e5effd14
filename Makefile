# Each target sets up the environment it needs, once, and then does its job.

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
RUN := $(VENV)/bin/python

# A folder with MNIST's IDX files; without one, MNIST comes from TensorFlow Datasets.
DATA_PATH ?= $(wildcard ../shared/data/mnist)
SOURCE := $(if $(DATA_PATH),--data_path $(DATA_PATH))
KILLS ?= 400
# Each worker takes tests that stand together, so that what a module's tests share is trained once; who is done helps.
WORKERS := -n auto --maxprocesses 4 --dist worksteal
JOBS ?= 2
RUNS ?= runs
EPOCHS ?= $(if $(DATA_PATH),10,20)

.PHONY: train show reproduce board test test-slow browser fashion soak mutants bench peers docs lint format clean

train: $(VENV)/ready
	$(RUN) experiment/aae_mnist.py --train --dist_type gmm --ncode 2 --maxepoch $(EPOCHS) --plot_every 5 $(SOURCE)

# What a trained model does, without training one: samples, manifold, and a page in which one moves through it.
show: $(VENV)/ready
	$(RUN) experiment/show.py $(SOURCE)

# A table or figure of the paper over its seeds: make reproduce RECIPE=table2_mnist_100 [SEEDS=0-9]. Stopped, it resumes.
# More flags, such as a length: make reproduce RECIPE=table3_16_clusters_paper FLAGS="--nhidden 1000 --maxepoch 30 --lr_drops 24".
reproduce: $(VENV)/ready
	@test -n "$(RECIPE)" || { echo "make reproduce: no recipe: give one, such as RECIPE=table2_mnist_100"; exit 2; }
	$(RUN) experiment/reproduce.py --recipe $(RECIPE) --jobs $(JOBS) $(if $(SEEDS),--seeds $(SEEDS)) $(FLAGS) $(SOURCE)

# TensorBoard on the runs of a folder: make board [RUNS=DIR]. It says at which address.
board: $(VENV)/ready
	@test -n "$$(find $(RUNS) -name 'events.out.tfevents.*' -print -quit 2> /dev/null)" || { \
		echo "make board: no run in $(RUNS): make train leaves one in runs/, or give RUNS=DIR"; exit 2; }
	TF_CPP_MIN_LOG_LEVEL=3 $(RUN) -m tensorboard.main --logdir $(RUNS)

test: $(VENV)/ready-dev
	$(RUN) -m pytest $(WORKERS) -m "not slow"

test-slow: $(VENV)/ready-dev browser fashion
	$(RUN) -m pytest $(WORKERS) -m slow --durations 10

# Debian's packages that slow tests need, Chromium and Fashion-MNIST: where they cannot be installed, those tests are
# skipped, or fail with AAE_REQUIRE_PACKAGES=1.
browser:
	@command -v chromium > /dev/null || tests/debian_package.sh chromium

fashion:
	@test -d /usr/share/datasets/fashion-mnist || tests/debian_package.sh dataset-fashion-mnist

# Training killed at random moments, hundreds of times: hours.
soak: $(VENV)/ready-dev
	AAE_KILLS=$(KILLS) $(RUN) -m pytest $(WORKERS) -o faulthandler_timeout=0 tests/cli/test_kills.py

# Mistakes made on purpose in copies of the package, which fast tests must notice: make mutants [ONLY="some words"].
mutants: $(VENV)/ready-dev
	$(RUN) -m tests.mutants.run $(ONLY)

bench: $(VENV)/ready $(PEERS)/ready
	$(RUN) benchmarks/bench.py --peers $(PEERS)/bin/python --out runs/bench $(SOURCE)

# What a user would otherwise take, on the same data: completes docs/peers.md; make peers ANEW=1 measures all again.
peers: $(VENV)/ready $(PEERS)/ready
	$(RUN) benchmarks/peers_map.py --peers $(PEERS)/bin/python --out runs/peers $(if $(ANEW),--anew) $(SOURCE)

# Into docs/_build/index.html; a warning is an error.
docs: $(VENV)/ready-docs
	TF_CPP_MIN_LOG_LEVEL=3 $(RUN) -m sphinx --builder html --fail-on-warning --keep-going --fresh-env --quiet docs docs/_build
	@echo "documentation: docs/_build/index.html"

lint: $(VENV)/ready-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(VENV)/ready-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

clean:
	rm -rf $(VENV) $(PEERS) .pytest_cache .ruff_cache *.egg-info docs/_build docs/generated docs/jupyter_execute

$(VENV)/ready: requirements.txt setup.py
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1): expected Python 3.11, 3.12 or 3.13; try make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable .
	touch $@

$(PEERS)/ready: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -r $<
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(RUN) -m pip install --quiet --editable '.[dev,onnx]'
	touch $@

$(VENV)/ready-docs: $(VENV)/ready
	$(RUN) -m pip install --quiet --editable '.[docs]'
	touch $@
