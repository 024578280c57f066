"""Runs a command, and prints its peak resident memory and its time as JSON: `peak_memory.py COMMAND…`."""

import json
import resource
import subprocess
import sys
import time

start = time.monotonic()
# Keeps its output apart from ours.
done = subprocess.run(sys.argv[1:], stdout=sys.stderr)
if done.returncode != 0:
    sys.exit(done.returncode)
# Linux counts in KiB.
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps({"peak_bytes": peak, "seconds": time.monotonic() - start}))
