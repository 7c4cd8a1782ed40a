# dbwarden: one makefile for everything. 'make help' lists the targets.
#
# Packagers: CC CFLAGS CPPFLAGS LDFLAGS DESTDIR PREFIX libdir libexecdir BUILD PLUGINS are yours to set; what
# the build itself needs is added beside them.

VERSION := 0.1.0
PREFIX ?= /usr/local
bindir ?= $(PREFIX)/bin
libdir ?= $(PREFIX)/lib
includedir ?= $(PREFIX)/include
mandir ?= $(PREFIX)/share/man
datadir ?= $(PREFIX)/share
libexecdir ?= $(PREFIX)/libexec
plugindir ?= $(libdir)/dbwarden
providerdir ?= $(libexecdir)/dbwarden/providers

# make remembers nothing between calls: a sanitized build gets a folder of its own.
SANITIZE ?= 0
ifeq ($(SANITIZE),0)
BUILD ?= build
else
BUILD ?= build-sanitize
endif

# Each folder under plugins/ is a dialect; PLUGINS="sqlite" builds only those named.
PLUGINS ?= $(patsubst plugins/%/,%,$(dir $(wildcard plugins/*/plugin.mk)))

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wformat=2 -Wpointer-arith -Wwrite-strings -Wundef -Werror
HARDENING := -fstack-protector-strong
ifeq ($(SANITIZE),0)
# _FORTIFY_SOURCE needs optimisation; a packager's own value wins.
ifeq (,$(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)))
ifeq (,$(findstring -O0,$(CFLAGS)))
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
endif
SANITIZERS :=
else
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
LINK_HARDENING := -Wl,-z,relro -Wl,-z,now

BASE_CFLAGS := -std=c11 $(WARNINGS) $(HARDENING) $(SANITIZERS) -MMD -MP
BASE_CPPFLAGS := -D_GNU_SOURCE -Iinclude
CORE_CPPFLAGS := $(BASE_CPPFLAGS) -Icore -DDBWARDEN_VERSION='"$(VERSION)"' \
	-DDBWARDEN_PLUGIN_DIR='"$(plugindir)"' -DDBWARDEN_PROVIDER_DIR='"$(providerdir)"'
CORE_LIBS := -linih -ljansson -lnettle -ldl -lpthread

CORE_SOURCES := $(filter-out core/cli/main.c,$(wildcard core/*/*.c))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
TEST_PLUGINS := $(patsubst tests/plugins/%.c,$(BUILD)/tests/plugins/dbwarden-%.so,$(wildcard tests/plugins/*.c))
# Programs that print the models of an ORM as DDL.
PROVIDER_FILES := $(wildcard scripts/providers/*.py)
PLUGIN_FILES := $(PLUGINS:%=$(BUILD)/dbwarden-%.so)

# The tests of these dialects want a server: private ones are started for them. 'make check SERVERS='
# leaves them out.
SERVER_PLUGINS := $(filter postgresql mysql,$(PLUGINS))
SERVERS ?= $(if $(SERVER_PLUGINS),scripts/with-servers $(SERVER_PLUGINS:%=--%) --)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help check check-unit check-integration check-rules valgrind install uninstall clean \
	lint format format-check bench

all: $(BUILD)/dbwarden $(PLUGIN_FILES) ## build dbwarden and the plugins

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-20s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'Variables: PLUGINS="$(PLUGINS)" SANITIZE=0|1 BUILD=$(BUILD) CC CFLAGS CPPFLAGS LDFLAGS'
	@echo '           DESTDIR PREFIX=$(PREFIX) libdir=$(libdir)'

$(BUILD)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(CC) $(CORE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) -fPIE $(CFLAGS) -c -o $@ $<

$(BUILD)/libdbwarden-core.a: $(CORE_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/dbwarden: $(BUILD)/core/cli/main.o $(BUILD)/libdbwarden-core.a
	$(CC) $(SANITIZERS) -pie $(LINK_HARDENING) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CORE_LIBS)

# A plugin: all its sources, its own flags from plugin.mk, nothing of core.
define plugin_rules
include plugins/$(1)/plugin.mk
$(1)_OBJECTS := $$(patsubst plugins/%.c,$(BUILD)/plugins/%.o,$$(wildcard plugins/$(1)/*.c))
$$($(1)_OBJECTS): $(BUILD)/plugins/$(1)/%.o: plugins/$(1)/%.c
	@mkdir -p $$(@D)
	$(CC) $(BASE_CPPFLAGS) $$($(1)_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) -fPIC -fvisibility=hidden $(CFLAGS) -c -o $$@ $$<
$(BUILD)/dbwarden-$(1).so: $$($(1)_OBJECTS)
	$(CC) -shared $(SANITIZERS) $(if $(SANITIZERS),,-Wl$(comma)-z$(comma)defs) $(LINK_HARDENING) $(CFLAGS) $(LDFLAGS) -o $$@ $$^ $$($(1)_LIBS)
endef
comma := ,
$(foreach plugin,$(PLUGINS),$(eval $(call plugin_rules,$(plugin))))

# Plugins that are wrong on purpose, and the one that wraps another and fails when told to.
$(BUILD)/tests/plugins/dbwarden-%.so: tests/plugins/%.c
	@mkdir -p $(@D)
	$(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) -fPIC -fvisibility=hidden $(CFLAGS) -shared $(SANITIZERS) $(LDFLAGS) -o $@ $< -ldl

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libdbwarden-core.a
	@mkdir -p $(@D)
	$(CC) $(CORE_CPPFLAGS) -Itests/unit $(CPPFLAGS) $(BASE_CFLAGS) -fPIE -pie $(CFLAGS) $(LDFLAGS) -o $@ $< \
		$(BUILD)/libdbwarden-core.a $(CORE_LIBS) $(shell pkg-config --libs check)

# One suite for all dialects, told by its environment which to test.
CONFORMANCE_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/conformance/*.c))
# The tests see the public header alone; the host that they are handed is made of the core.
CONFORMANCE_CPPFLAGS = $(BASE_CPPFLAGS)
$(BUILD)/tests/conformance/host.o: CONFORMANCE_CPPFLAGS = $(CORE_CPPFLAGS)
$(CONFORMANCE_OBJECTS): $(BUILD)/tests/conformance/%.o: tests/conformance/%.c
	@mkdir -p $(@D)
	$(CC) $(CONFORMANCE_CPPFLAGS) -Itests/conformance $(CPPFLAGS) $(BASE_CFLAGS) -fPIE $(CFLAGS) -c -o $@ $<
$(BUILD)/tests/conformance/conformance: $(CONFORMANCE_OBJECTS) $(BUILD)/libdbwarden-core.a
	$(CC) $(SANITIZERS) -pie $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CORE_LIBS) $(shell pkg-config --libs check)

tests: $(UNIT_TESTS) $(TEST_PLUGINS) $(BUILD)/tests/conformance/conformance
.PHONY: tests

check: all tests ## build and run every test
	BUILD=$(BUILD) SANITIZE=$(SANITIZE) $(SERVERS) tests/run unit rules conformance integration

check-unit: all tests ## the unit tests alone
	BUILD=$(BUILD) SANITIZE=$(SANITIZE) $(SERVERS) tests/run unit

check-integration: all tests ## the integration tests alone; TESTS='name ...' picks some
	BUILD=$(BUILD) SANITIZE=$(SANITIZE) $(SERVERS) tests/run integration

check-rules: ## the rules about includes and names
	BUILD=$(BUILD) tests/run rules

valgrind: all tests ## the unit tests under valgrind
	BUILD=$(BUILD) VALGRIND=1 $(SERVERS) tests/run unit

install: all ## install under DESTDIR and PREFIX
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(plugindir) $(DESTDIR)$(includedir)/dbwarden \
		$(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(mandir)/man1 \
		$(DESTDIR)$(datadir)/bash-completion/completions $(DESTDIR)$(datadir)/doc/dbwarden
	install -m 755 $(BUILD)/dbwarden $(DESTDIR)$(bindir)/dbwarden
	for plugin in $(PLUGIN_FILES); do install -m 644 $$plugin $(DESTDIR)$(plugindir)/ || exit 1; done
	install -d $(DESTDIR)$(providerdir)
	for provider in $(PROVIDER_FILES); do install -m 644 $$provider $(DESTDIR)$(providerdir)/ || exit 1; done
	install -m 644 include/dbwarden/plugin.h $(DESTDIR)$(includedir)/dbwarden/plugin.h
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@INCLUDEDIR@|$(includedir)|; s|@PLUGINDIR@|$(plugindir)|; s|@VERSION@|$(VERSION)|' \
		config/dbwarden.pc.in > $(DESTDIR)$(libdir)/pkgconfig/dbwarden.pc
	install -m 644 config/dbwarden.1 $(DESTDIR)$(mandir)/man1/dbwarden.1
	install -m 644 config/completion.bash $(DESTDIR)$(datadir)/bash-completion/completions/dbwarden
	install -m 644 config/dbwarden.ini.example $(DESTDIR)$(datadir)/doc/dbwarden/

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(bindir)/dbwarden $(DESTDIR)$(includedir)/dbwarden/plugin.h \
		$(DESTDIR)$(libdir)/pkgconfig/dbwarden.pc $(DESTDIR)$(mandir)/man1/dbwarden.1 \
		$(DESTDIR)$(datadir)/bash-completion/completions/dbwarden \
		$(DESTDIR)$(datadir)/doc/dbwarden/dbwarden.ini.example
	for plugin in $(notdir $(PLUGIN_FILES)); do rm -f $(DESTDIR)$(plugindir)/$$plugin; done
	for provider in $(notdir $(PROVIDER_FILES)); do rm -f $(DESTDIR)$(providerdir)/$$provider; done
	-rmdir $(DESTDIR)$(providerdir) $(DESTDIR)$(libexecdir)/dbwarden
	-rmdir $(DESTDIR)$(plugindir) $(DESTDIR)$(includedir)/dbwarden

# The commands of a full build, as tools for C want them.
compile_commands.json: $(wildcard core/*/*.c plugins/*/*.c) Makefile ## the compiler's commands, for editors and clang-tidy
	$(MAKE) --no-print-directory -Bnw all | awk -v dir="$(CURDIR)" ' \
		BEGIN { print "["; n = 0 } \
		/ -c -o / { file = $$NF; gsub(/["\\]/, "\\\\&"); \
			printf "%s  {\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", \
				(n++ ? ",\n" : ""), dir, file, $$0 } \
		END { print "\n]" }' > $@

SOURCES = $(shell git ls-files '*.c' '*.h')

format: ## format the sources with clang-format
	clang-format -i $(SOURCES)

format-check: ## fail if clang-format would change something
	clang-format --dry-run -Werror $(SOURCES)

lint: compile_commands.json ## clang-tidy and cppcheck
	clang-tidy --quiet -p . $(wildcard core/*/*.c plugins/*/*.c)
	cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem --suppress=nullPointerRedundantCheck -Iinclude -Icore \
		-DDBWARDEN_VERSION='""' -DDBWARDEN_PLUGIN_DIR='""' -DDBWARDEN_PROVIDER_DIR='""' core plugins

bench: all ## the figures, beside sqlite3, dbmate and alembic where they are installed
	BUILD=$(BUILD) scripts/bench/run

clean: ## remove what was built
	rm -rf build build-sanitize compile_commands.json

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
