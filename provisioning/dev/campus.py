"""The demo campus as scripts see it: its description in demo.json, and a small HTTP client for its nodes.

    campus.py DIR write NODE=PORT=PID...   make demo.json anew (PID empty: stopped)
    campus.py DIR wait                     until every account can sign in everywhere and all data is everywhere
    campus.py DIR status                   what runs, and how far each site has synchronised
    campus.py DIR greet                    where it is
"""

import http.client
import json
import os
import socket
import ssl
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

WAIT_SECONDS = 900


class Refused(Exception):
    """A node answered, but not as the caller needs it."""


class Failed(Exception):
    """Something that a caller rests on did not come about."""


def until(seconds, what, attempt, pause=0.05):
    """Asks until `attempt` gives something true, and gives that. A node that is away or refuses may be asked again."""
    deadline = time.monotonic() + seconds
    problem = None
    while time.monotonic() < deadline:
        try:
            found = attempt()
            if found:
                return found
            problem = None
        except (Refused, OSError, http.client.HTTPException) as refused:
            problem = refused
        time.sleep(pause)
    raise Failed(f"{what}: not within {seconds} s" + (f" ({problem})" if problem else ""))


class Session:
    """One person signed in at one node, over one kept-alive connection."""

    def __init__(self, node, email, password):
        self.node = node
        self._connection = None
        self.headers = {}
        answer = self.post("/api/auth/login/", {"email": email, "password": password})
        self.user = answer["user"]
        self.headers = {"Authorization": "Token " + answer["token"]}

    def request(self, method, path, body=None, headers=None):
        """(status, headers, parsed body). Asks again on a new connection when the node has closed this one."""
        payload = None if body is None else json.dumps(body)
        sent = {"Accept": "application/json", "Content-Type": "application/json", **self.headers, **(headers or {})}
        for fresh in (self._connection is None, True):
            if self._connection is None:
                self._connection = self.node.connect()
            try:
                self._connection.request(method, path, payload, sent)
                response = self._connection.getresponse()
                text = response.read()
                break
            except (http.client.HTTPException, OSError):
                self._connection.close()
                self._connection = None
                if fresh or method not in ("GET", "HEAD"):
                    raise
        return response.status, response.headers, json.loads(text) if text else None

    def ask(self, method, path, body=None, headers=None, expect=(200, 201, 202)):
        status, _, answer = self.request(method, path, body, headers)
        if status not in expect:
            raise Refused(f"{self.node.name} answered {status} to {method} {path}: {json.dumps(answer)[:400]}")
        return answer

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, **options):
        return self.ask("POST", path, body, **options)

    def patch(self, path, body, **options):
        return self.ask("PATCH", path, body, **options)

    def count(self, path):
        return self.get(path + "?page=1&page_size=1")["count"]

    def close(self):
        try:
            self.post("/api/auth/logout/")
        except (Refused, OSError, http.client.HTTPException):
            pass
        if self._connection is not None:
            self._connection.close()


class Node:
    def __init__(self, description, ca):
        self.name = description["name"]
        self.kind = description["kind"]
        self.url = description["url"]
        self.pid = description["pid"]
        self._tls = ssl.create_default_context(cafile=ca)
        self._place = urlsplit(self.url)

    def connect(self):
        connection = http.client.HTTPSConnection(self._place.hostname, self._place.port, timeout=30, context=self._tls)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def answers(self):
        try:
            connection = self.connect()
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


class Campus:
    def __init__(self, path):
        description = json.loads(Path(path).read_text(encoding="utf-8"))
        self.nodes = {node["name"]: Node(node, description["ca"]) for node in description["nodes"]}
        self.accounts = {account["role"]: account for account in description["accounts"]}

    def sign_in(self, node, role):
        account = self.accounts[role]
        return Session(self.nodes[node], account["email"], account["password"])


def write(folder, facts):
    nodes = []
    for fact in facts:
        name, port, pid = fact.split("=")
        nodes.append({"name": name, "kind": "hub" if name == "hub" else "edge", "url": f"https://localhost:{port}",
                      "data_dir": str(folder / name), "pid": int(pid) if pid else None})
    accounts = json.loads((folder / "accounts.json").read_text(encoding="utf-8"))
    new = folder / "demo.json.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"ca": str(folder / "hub" / "ca.pem"), "nodes": nodes, "accounts": accounts}, file, indent=1)
        file.write("\n")
    new.replace(folder / "demo.json")


def what_is_missing(sessions):
    """Why the data is not everywhere yet, or nothing."""
    for name, session in sessions.items():
        if session.node.kind == "edge":
            status = session.get("/api/sync/status/")
            if status["state"] != "current" or status["pending_txns"] != 0:
                return f"{name} is {status['state']}, {status['pending_txns']} entries to send"
    for path, what in (("/api/patients/patients/", "patients"), ("/api/patients/medical-records/", "visits")):
        counts = {name: session.count(path) for name, session in sessions.items()}
        if len(set(counts.values())) != 1:
            return f"{what}: " + ", ".join(f"{count:,} at {name}" for name, count in counts.items())
    return None


def wait(campus):
    deadline = time.monotonic() + WAIT_SECONDS
    told = time.monotonic()

    def patiently(attempt, what):
        nonlocal told
        while True:
            try:
                reason = attempt()
            except (Refused, OSError, http.client.HTTPException) as problem:
                reason = str(problem)
            if reason is None:
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"campus: {what} did not come within {WAIT_SECONDS} s: {reason}")
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"campus: {reason}", file=sys.stderr)
            time.sleep(0.3)

    for role in campus.accounts:
        for node in campus.nodes:
            patiently(lambda: campus.sign_in(node, role).close(), f"the account of the {role} at {node}")
    sessions = {name: campus.sign_in(name, "ADMIN") for name in campus.nodes}
    patiently(lambda: what_is_missing(sessions), "the demo data")
    for session in sessions.values():
        session.close()


def status(campus):
    row = "{:<10} {:>8}  {:<16} {:>9} {:>10}  {}"
    print(row.format("node", "pid", "state", "to send", "conflicts", "address"))
    for name, node in campus.nodes.items():
        state, pending, conflicts = "stopped" if node.pid is None else "not answering", "", ""
        if node.answers():
            session = campus.sign_in(name, "ADMIN")
            now = session.get("/api/sync/status/")
            session.close()
            state, pending, conflicts = now["state"], now["pending_txns"], now["conflicts_open"]
        print(row.format(name, node.pid or "-", state, pending, conflicts, node.url))


def greet(campus, folder):
    for name, node in campus.nodes.items():
        print(f"{name:<10} {node.url}")
    print(f"accounts and passwords: {folder / 'demo.json'}")
    print(f"certificate authority:  {folder / 'hub' / 'ca.pem'} (for curl --cacert, or the browser)")


def main():
    folder, command, rest = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if command == "write":
        return write(folder, rest)
    campus = Campus(folder / "demo.json")
    return {"wait": wait, "status": status, "greet": lambda campus: greet(campus, folder)}[command](campus)


if __name__ == "__main__":
    main()
