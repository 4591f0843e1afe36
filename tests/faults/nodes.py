"""What the fault tests know of a running demo campus: its processes, a client that can tell what is sure, and reading all of a node."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "provisioning" / "dev"))

from campus import Campus, Failed, Refused, until  # noqa: E402,F401  (its folder is known only now)

EDGES = ("talamban", "downtown")
NODES = ("hub",) + EDGES
BROKEN_CONNECTION = (OSError, http.client.HTTPException)


class Unsent(Exception):
    """There was no connection: the request never left."""


class Lost(Exception):
    """The request left, its answer did not come: it may have been carried out or not."""


class Client:
    """One kept-alive connection with somebody's credentials. Never asks twice by itself."""

    def __init__(self, node, headers):
        self.node = node
        self._headers = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        self._connection = None

    def request(self, method, path, body=None, headers=None):
        """(status, headers, parsed body)."""
        if self._connection is None:
            try:
                self._connection = self.node.connect()
            except OSError as problem:
                raise Unsent(str(problem)) from problem
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body), {**self._headers, **(headers or {})})
            response = self._connection.getresponse()
            text = response.read()
        except BROKEN_CONNECTION as problem:
            self._connection.close()
            self._connection = None
            raise Lost(str(problem)) from problem
        return response.status, response.headers, json.loads(text) if text else None


class Process:
    """A node's process, to be killed and started again: as ./dev start does it, without its checks, since speed makes more kills a minute."""

    def __init__(self, node, folder):
        self.node = node
        self.name = node.name
        self.data_dir = folder / node.name
        self._config = folder / "config" / f"{node.name}.toml"
        self._pid_file = folder / "run" / f"{node.name}.pid"
        self._program = ROOT / "build" / "release" / "bin" / ("himsog-hub" if node.kind == "hub" else "himsog-edge")
        self._child = None
        self.pid = int(self._pid_file.read_text(encoding="ascii"))     # that of demo.json is renewed by ./dev alone
        self.kills = 0
        self.ended = threading.Event()      # without having been killed
        self._lock = threading.Lock()
        self._starts = 0                    # odd while it is away or starting

    def epoch(self):
        """Even while the node is up; another number when it was away in between."""
        with self._lock:
            return self._starts

    def kill(self):
        if not self.is_alive():
            self.ended.set()
            return
        with self._lock:
            self.kills += 1
            if self._starts % 2 == 0:
                self._starts += 1
        os.kill(self.pid, signal.SIGKILL)
        if self._child is not None:
            self._child.wait()
        else:
            until(10, f"{self.name} is gone after SIGKILL", lambda: not self.is_alive())

    def is_alive(self):
        if self._child is not None:
            return self._child.poll() is None
        # Its memory goes before its files: it holds the lock of data_dir until its last thread is a zombie that nobody has buried yet.
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            return state != "Z" or len(os.listdir(f"/proc/{self.pid}/task")) > 1
        except OSError:
            return False

    def start(self):
        with open(self.data_dir / "stderr.log", "ab") as errors:
            self._child = subprocess.Popen([str(self._program), "--config", str(self._config)], cwd=ROOT, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True)
        self.pid = self._child.pid
        self._pid_file.write_text(f"{self.pid}\n", encoding="ascii")

    def is_ready(self):
        """Asks, and remembers that the node is up again. An answer from before a kill says nothing of what came after it."""
        kills = self.kills
        if not self.node.answers():
            return False
        with self._lock:
            if self._starts % 2 == 1 and self.kills == kills:
                self._starts += 1
        return True

    def wal_bytes(self):
        try:
            return (self.data_dir / "himsog.db-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def log_events(self, level):
        """The lines of the log at this level. A line that a kill cut is no JSON and says nothing."""
        found = []
        for line in (self.data_dir / "himsog.log").read_text(encoding="utf-8", errors="replace").splitlines():
            if f'"level":"{level}"' in line:
                try:
                    found.append(json.loads(line))
                except json.JSONDecodeError:
                    pass
        return found


def whole_list(session, path):
    """{id: record}, all of it, each with its version."""
    rows = {}
    query = f"{path}?version=1&page_size=200&cursor="
    while query:
        page = session.get(query)
        rows.update((row["id"], row) for row in page["results"])
        query = page["next"] and path + "?" + page["next"].split("?", 1)[1]
    return rows


def all_pages(session, path):
    """Every result of a list in pages."""
    found, number = [], 1
    separator = "&" if "?" in path else "?"
    while True:
        page = session.get(f"{path}{separator}page={number}&page_size=200")
        found += page["results"]
        if page["next"] is None:
            return found
        number += 1
