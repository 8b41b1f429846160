#!/bin/sh
# Sets up what the tests need and runs all of them. Used by people and by continuous integration alike.
#
# Needed beforehand: Rust (https://rustup.rs) and a C compiler for linking. Python is used if it is
# there, to read the Arrow files with somebody else's reader; without it that one test says it was skipped.
set -eu
cd "$(dirname "$0")/.."

command -v cargo >/dev/null || {
    echo "tests/run.sh: cargo is missing; install Rust from https://rustup.rs and run this again" >&2
    exit 2
}

python_with_arrow() {
    venv=target/python
    if [ ! -x "$venv/bin/python3" ]; then
        python3 -m venv "$venv" || return 1
    fi
    "$venv/bin/python3" -c "import pyarrow" 2>/dev/null \
        || "$venv/bin/python3" -m pip install --quiet --disable-pip-version-check "pyarrow>=18" || return 1
    PATH="$PWD/$venv/bin:$PATH"
    export PATH
}
mkdir -p target
python_with_arrow || echo "tests/run.sh: no Python with pyarrow here; the test that reads Arrow files with it is skipped"

cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
# First of all: if two runs of one seed differ, no other failure can be looked into.
cargo test --package volley-tests --test volley -- the_same_seed_gives_the_same_bytes
# Benches run here too, small.
cargo test --workspace --all-targets
cargo test --workspace --doc
# Every interleaving of a conversation's life, with bugs planted to prove that they would be found.
cargo test --package volley-core --features planted --test ownership
# Bugs planted in the journal, to prove that the tests on failing disks would find them.
cargo test --package volley-tests --features planted --test volley -- journal::planted
echo "tests/run.sh: all tests passed"
