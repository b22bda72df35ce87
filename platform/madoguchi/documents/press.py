"""One long document in a process of its own: what the press remembers of it goes with the process."""

import json
import sys

from madoguchi.documents.typesetting import press

if __name__ == "__main__":
    sys.stdout.buffer.write(press(**json.load(sys.stdin)))
