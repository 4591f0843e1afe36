"""Regular files that processes may write to, by descriptor or by shared mapping: one JSON object {pid: [path, ...]}.

    open_files.py PID...

A script of its own, since a node lets nobody but root look at its descriptors (PR_SET_DUMPABLE); see planted_test.py.
"""

import json
import os
import re
import stat
import sys
from pathlib import Path

WRITABLE_MAPPING = re.compile(r"^\S+ .w.s \S+ \S+ \d+ +(/.*)$", re.M)


def written_by(pid):
    """A file that was deleted while open still takes what is written, and is listed with the kernel's " (deleted)"."""
    found = set()
    descriptors = Path(f"/proc/{pid}/fd")
    for number in os.listdir(descriptors):
        try:
            flags = re.search(r"^flags:\s+([0-7]+)", Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="ascii"), re.M)
            if int(flags.group(1), 8) & os.O_ACCMODE == os.O_RDONLY or not stat.S_ISREG(os.stat(descriptors / number).st_mode):
                continue
            found.add(os.readlink(descriptors / number))
        except FileNotFoundError:
            continue    # closed while we looked
    found.update(WRITABLE_MAPPING.findall(Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")))
    return sorted(found)


if __name__ == "__main__":
    json.dump({pid: written_by(int(pid)) for pid in sys.argv[1:]}, sys.stdout)
