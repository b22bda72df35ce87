# Sourced by bin/*: sets $python to a Python of at least 3.11, or says what is missing.
# A virtual environment that is already there comes first, so that a second run needs no search.

python=""
for candidate in "$root/.venv/bin/python" "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python
do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
    then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]
then
    {
        echo "Python 3.11 or newer is needed and was not found."
        echo "  Debian, Ubuntu:  apt install python3 python3-venv"
        echo "  macOS:           brew install python"
        echo "  elsewhere:       https://www.python.org/downloads/"
        echo "Where it has an unusual name:  PYTHON=/path/to/python3 $0"
    } >&2
    exit 1
fi
