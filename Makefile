# `make demo` and `make test` set everything up on a fresh Debian machine that has Swift.

fledge = .build/release/fledge
build_flags = -c release --explicit-target-dependency-import-check error

.PHONY: demo test build dependencies learning results landscapes tutorials reference documentation \
  bench lint format install uninstall clean

## Trains DQN on CartPole-v1 with five seeds and shows the result (a page and a table).
demo: build
	@rm -rf runs/cartpole-dqn/demo
	$(fledge) run experiments/cartpole-dqn.yaml --set variant=demo --seeds 5
	$(fledge) report runs/cartpole-dqn/demo --output runs/cartpole-dqn/demo/report.html

## Builds and passes every fast test, then builds and uses a package outside of this one.
test: dependencies
	@.ci/dependencies h5py
	swift build $(build_flags) --build-tests
	swift test $(build_flags) --skip-build --skip 'LearningTests|SlowTests|OwnPackageTests'
	swift test $(build_flags) --skip-build --filter OwnPackageTests

## The slow tests: agents must reach stated returns on many seeds, and a journal a thousand trials.
learning: dependencies
	swift build $(build_flags) --build-tests
	swift test $(build_flags) --skip-build --filter 'LearningTests|SlowTests'

build: dependencies
	swift build $(build_flags) --product fledge

dependencies:
	@.ci/dependencies

## Makes the rows of the table in experiments/results that are missing or out of date (hours, if all are).
results: build
	$(fledge) results

## Makes the tables and pictures of experiments/landscapes/results again (a minute).
landscapes: build
	@for file in experiments/landscapes/*.yaml; do \
	  made=experiments/landscapes/results/$$(basename $$file .yaml); \
	  $(fledge) landscape $$(basename $$file .yaml) --quiet --markdown $$made.md --svg $$made.svg \
	    || exit 1; done
	$(fledge) landscape toy-nash --quiet --only equal pcGrad caGrad mgda nashMTL famo \
	  --svg experiments/landscapes/results/toy-nash-six.svg > /dev/null

## Runs every script of notebooks-as-scripts and makes its page, in runs/notebooks/pages (minutes).
tutorials: build
	@mkdir -p runs/notebooks/pages
	@for script in notebooks-as-scripts/*.swift; do \
	  $(fledge) notebook $$script --output runs/notebooks/pages/$$(basename $$script .swift).html \
	    || exit 1; done

## Writes the generated parts of the guide and of experiments/README.md anew.
reference: build
	$(fledge) reference pages

## The guide and every public module as one site in .build/documentation; warnings are errors.
documentation: build
	.ci/documentation

bench: build
	$(fledge) bench

lint:
	swift format lint --strict --recursive Sources Tests environments notebooks-as-scripts Package.swift

format:
	swift format --in-place --recursive Sources Tests environments notebooks-as-scripts Package.swift

prefix ?= /usr/local
bin = $(DESTDIR)$(prefix)/bin
manuals = $(DESTDIR)$(prefix)/share/man/man1
bash_completions = $(DESTDIR)$(prefix)/share/bash-completion/completions
zsh_completions = $(DESTDIR)$(prefix)/share/zsh/site-functions
fish_completions = $(DESTDIR)$(prefix)/share/fish/vendor_completions.d

## The program, its manual pages and completions for bash, zsh and fish, below $(DESTDIR)$(prefix).
install: build
	install -D -m 755 $(fledge) $(bin)/fledge
	install -d $(manuals) $(bash_completions) $(zsh_completions) $(fish_completions)
	$(fledge) reference manual $(manuals) > /dev/null
	$(fledge) --generate-completion-script bash > $(bash_completions)/fledge
	$(fledge) --generate-completion-script zsh > $(zsh_completions)/_fledge
	$(fledge) --generate-completion-script fish > $(fish_completions)/fledge.fish

## Takes away what `make install` with the same prefix and DESTDIR has left.
uninstall:
	rm -f $(bin)/fledge $(manuals)/fledge.1 $(manuals)/fledge-*.1 $(bash_completions)/fledge \
	  $(zsh_completions)/_fledge $(fish_completions)/fledge.fish

clean:
	rm -rf .build
