"""A badly behaved child for ``cspr.documents.confined``: does what its input says."""

import os
import signal
import sys

from cspr.documents.confined import confine


def main(order: bytes) -> int:
    confine(10)
    sys.stderr.write("started\n")
    sys.stderr.flush()
    if order == b"environment":
        sys.stdout.write(repr(dict(os.environ)))
    if order == b"hang":
        signal.pause()
    if order == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == b"grow":
        try:
            bytearray(2 * 1024**3)
        except MemoryError:
            sys.stderr.write("MemoryError\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer.read()))
