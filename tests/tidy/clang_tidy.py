"""Runs clang-tidy over every C++ file that is built, and again only over those that changed.

A file that passed leaves a mark in the user's cache: named by the hash of its text, of every file of ours that it includes, of how it
is compiled, and of the checks. So a second run, or a second clone, costs nothing where nothing changed.

    clang_tidy.py BUILD_FOLDER [PATH...]
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-14"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "himsog" / "clang-tidy"
KEPT_DAYS = 30


def read(path):
    return (ROOT / path).read_bytes()


def includes(path, known):
    """The files of ours that `path` includes. Our includes are spelled from the root."""
    if path not in known:
        names = [name.decode() for name in re.findall(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', read(path), re.M)]
        known[path] = [name for name in names if (ROOT / name).is_file()]
    return known[path]


def closed(path, known):
    """`path` and all that it includes, directly or not."""
    seen, todo = set(), [path]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += includes(here, known)
    return sorted(seen)


def mark_of(entry, path, known, version):
    digest = hashlib.sha256(version + read(".clang-tidy"))
    digest.update(re.sub(re.escape(str(ROOT)), ".", entry["command"]).encode())
    for name in closed(path, known):
        digest.update(name.encode() + b"\0" + read(name) + b"\0")
    return CACHE / digest.hexdigest()


def check(build, path):
    began = time.monotonic()
    result = subprocess.run([TIDY, "-p", str(build), "--quiet", "--extra-arg=-Wno-error", "--extra-arg=-Wno-unknown-warning-option", path],
                            cwd=ROOT, capture_output=True, text=True)
    return path, result.returncode, result.stdout.strip() or result.stderr.strip(), time.monotonic() - began


def main():
    build = (ROOT / sys.argv[1]).resolve()
    only = set(sys.argv[2:])
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        if not path.startswith(("..", "build/")) and (not only or path in only):
            entry.setdefault("command", shlex.join(entry.get("arguments", [])))
            entries[path] = entry

    CACHE.mkdir(parents=True, exist_ok=True)
    for mark in CACHE.iterdir():
        if mark.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
            mark.unlink(missing_ok=True)

    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    known, marks = {}, {}
    for path, entry in entries.items():
        marks[path] = mark_of(entry, path, known, version)
    for mark in marks.values():
        if mark.exists():
            mark.touch()
    todo = [path for path in entries if not marks[path].exists()]
    todo.sort(key=lambda path: -len(read(path)))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, output, seconds in pool.map(lambda path: check(build, path), todo):
            print(f"{path}: {seconds:.1f} s", flush=True)
            if code == 0:
                marks[path].touch()
            else:
                bad += 1
                print(output, flush=True)
    print(f"clang-tidy: {len(entries)} files, {len(todo)} looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
