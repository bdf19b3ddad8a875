# Sourced: makes or completes the virtual environment .venv beside pyproject.toml.
#
#   requirements=NAME      which file of requirements/ to install
#
# Needs a Python 3.11 or newer with venv, nothing else. Everything is pinned and checked by hash;
# what is installed already is left as it is, so a second run takes a second or two.

set -eu

# A virtual environment or a path of the caller's must not reach into ours. Without bytecode on
# the disk each of our many processes would compile MLflow again, for seconds.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV CONDA_PREFIX PYTEST_ADDOPTS PYTEST_PLUGINS \
    PYTEST_DISABLE_PLUGIN_AUTOLOAD PYTHONDONTWRITEBYTECODE

# The certificates that git was content with: a company's own authority is among those.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"

usable() {
    # A name on PATH may be a shim that fails, or a Python that its distributor has split up:
    # so each candidate is run and asked.
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if ! usable .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    found=
    for candidate in python3 python3.13 python3.12 python3.11 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python; do
        if usable "$candidate"; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        echo "No Python 3.11 or newer with the module venv was found on PATH." >&2
        echo "Install one (on Debian and Ubuntu: python3 and python3-venv), and try again." >&2
        exit 1
    fi
    echo "Making .venv with $("$found" --version)"
    "$found" -m venv --clear .venv
fi

.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r requirements/bootstrap.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python \
    --require-hashes -r "requirements/$requirements.txt"
.venv/bin/uv pip install --quiet --python .venv/bin/python \
    --no-deps --no-build-isolation --editable .
