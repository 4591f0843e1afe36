"""The nodes that are measured: their settings, processes, sizes, and a network of their own."""

import ctypes
import fcntl
import http.client
import json
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "provisioning" / "dev"))

from campus import Node  # noqa: E402  (its folder is known only now)

FOLDER = ROOT / "var" / "bench"
PORTS = {"hub": 19840, "edge": 19841}
SYNC_PORT = 19850
READY_SECONDS = 60
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def own_network():
    """A network namespace with nothing but a loopback; without the right to make one, the machine's own."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, name))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
    return True


def loopback_octets():
    for line in Path("/proc/net/dev").read_text(encoding="ascii").splitlines():
        if line.strip().startswith("lo:"):
            return int(line.split()[9])   # what was sent; the same octets are received
    raise RuntimeError("no loopback")


class Place:
    """A node: its settings file, its data folder, and its process while it runs."""

    def __init__(self, name, programs):
        self.name = name
        self.data = FOLDER / name
        self.config = FOLDER / f"{name}.toml"
        self.key = FOLDER / f"{name}.key"
        self.socket = FOLDER / f"{name}.sock"
        self.programs = programs
        self.program = programs / ("himsog-hub" if name == "hub" else "himsog-edge")
        self.process = None
        lines = [f'name = "{name}"', f'data_dir = "{self.data}"', f'key_file = "{self.key}"', f'socket = "{self.socket}"', f"port = {PORTS[name]}"]
        if name == "hub":
            lines.append(f"sync_port = {SYNC_PORT}")
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def command(self, *words):
        done = subprocess.run([str(self.programs / "himsog"), "--config", str(self.config), *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"himsog {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def node(self):
        return Node({"name": self.name, "kind": "", "url": f"https://localhost:{PORTS[self.name]}", "pid": None}, str(FOLDER / "hub" / "ca.pem"))

    def start(self):
        """Seconds from the start of the process to its first answer that it is ready."""
        began = time.monotonic()
        self.data.mkdir(mode=0o700, exist_ok=True)
        with open(FOLDER / f"{self.name}.stderr", "ab") as errors:
            self.process = subprocess.Popen([str(self.program), "--config", str(self.config)], stdout=errors, stderr=errors)
        node = self.node()
        while not node.answers():
            if self.process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise RuntimeError(f"{self.name} did not start: see {FOLDER}")
            time.sleep(0.002)
        return time.monotonic() - began

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process = None

    def resident(self, what="VmRSS"):
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no resident size")

    def wal(self):
        path = self.data / "himsog.db-wal"
        return path.stat().st_size / 2**20 if path.exists() else 0

    def operator(self, path, body):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(self.socket))
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Host": "localhost"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]}")
