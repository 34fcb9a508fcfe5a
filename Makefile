# `make book` and `make test` do it all, the set-up included. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
# The longest first, so that two that run at once end at the same time.
LONGEST := $(patsubst %,book/%.ipynb,dcgan evaluation training_with_frozen_weights building_a_gan generator discriminator)
NOTEBOOKS := $(LONGEST) $(filter-out $(LONGEST),$(wildcard book/*.ipynb))
CODE := $(shell find gan_lib -type f -not -name '.*' -not -name '*.md' -not -path '*/__pycache__/*')
PAGES := $(shell find book -type f -not -name '.*' -not -path '*/.ipynb_checkpoints/*' -not -path '*/__pycache__/*') _config.yml _toc.yml

.PHONY: help book test lint notebooks diagrams lab serve bench bench-pages colab oldest offline repeat mutation address clean

help:
	@echo "make book       build the pages into _build/html"
	@echo "make test       check the code with ruff, run the unit tests, every notebook, and the browser tests"
	@echo "make lint       check the code with ruff alone"
	@echo "make notebooks  run the notebooks that changed, or whose package changed, in place"
	@echo "make diagrams   draw the diagrams of book/figures"
	@echo "make lab        open the chapters in JupyterLab"
	@echo "make serve      build the book and serve it at http://127.0.0.1:8000"
	@echo "make bench      measure training speed and memory; takes about five minutes"
	@echo "make bench-pages  measure what each page weighs and how long it loads"
	@echo "make colab      run unit tests and notebooks with Colab's versions; needs python3.12 and an hour, as do the next two"
	@echo "make oldest     the same with the oldest versions of pyproject.toml; needs python3.10"
	@echo "make offline    run the README's commands and every notebook with the network cut off"
	@echo "make repeat     build the book twice, execute the notebooks twice, and compare"
	@echo "make mutation   alter the package's core, and count which alterations no test notices"
	@echo "make address URL=https://github.com/NAME/REPOSITORY   set where the book lives"
	@echo "make clean      remove all that make has made; runs/ stays"

book: _build/html/.built
	@echo "The book is built. Open $(CURDIR)/_build/html/index.html"

# Unit tests, with the examples of gan_lib's docstrings, and browser tests run in a random order, whose seed pytest prints.
# The cells of a notebook have an order.
test: lint _build/html/.built
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --doctest-modules --ignore tests/browser gan_lib tests
	$(BIN)/python -m pytest --numprocesses 2 tests/browser
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --nbval -p no:randomly --timeout 1200 $(NOTEBOOKS)

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: $(NOTEBOOKS:book/%.ipynb=_build/run/%)

diagrams:
	$(PYTHON) book/figures/draw.py

lab: .venv/.installed
	$(BIN)/jupyter lab book

serve: _build/html/.built
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

bench: .venv/.installed
	$(BIN)/python bench/training.py

bench-pages: _build/html/.built
	$(BIN)/python bench/pages.py

colab: .venv/.installed
	$(BIN)/python tools/environment.py colab --python python3.12

oldest: .venv/.installed
	$(BIN)/python tools/environment.py oldest --python python3.10

offline: .venv/.installed
	$(BIN)/python tools/offline.py $(BIN)/python tools/readme.py
	$(BIN)/python tools/offline.py $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --nbval -p no:randomly --timeout 1200 $(NOTEBOOKS)

repeat: .venv/.installed _build/npm/.fetched
	$(BIN)/python tools/repeat.py --pages $(NOTEBOOKS)

mutation: .venv/.installed
	$(BIN)/python tools/mutation.py

address: .venv/.installed
	$(BIN)/python tools/address.py "$(URL)"

clean:
	rm -rf .venv _build .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -not -path './runs/*' -prune -exec rm -rf {} +

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' || \
		{ echo "TensorFlow needs Python 3.10 to 3.13; name one, as in: make PYTHON=python3.12 book"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt --editable .
	@touch $@

# All pages every time: a page that is not built anew would keep its warnings to itself. The API reference is gan_lib's docstrings.
_build/html/.built: .venv/.installed _build/npm/.fetched $(PAGES) $(CODE)
	@rm -rf _build/html && mkdir -p $(@D) && touch _build/started
	$(BIN)/jupyter-book build . --all --quiet --warningiserror --keep-going
	@mv _build/started $@

_build/run/%: book/%.ipynb $(CODE) tools/notebooks.py | .venv/.installed
	$(BIN)/python tools/notebooks.py $<
	@mkdir -p $(@D) && touch $@

# The scripts, styles and fonts that the build puts beside the pages, and what it makes formulas with.
_build/npm/.fetched: tools/packages.json tools/packages.py | .venv/.installed
	$(BIN)/python tools/packages.py
	@touch $@
