"""The speed and size figures: a hub and one edge in Release, with 20,000 patients and 100,000 visits, on this machine.

    bench.py PROGRAMS_DIR [--only WORD] [--seconds S] [--runs N]

Median of three runs of 10 s; ratios against the bare library in the same run. Each figure is a line of JSON when it is there, and a row of the
table at the end. Server, client and load generator share the machine's cores. With root, in a network namespace of its own, so that the octets
that the loopback carried are those of replication alone.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from nodes import FOLDER, PORTS, ROOT, Place, loopback_octets, own_network  # noqa: E402  (its folder is known only now)
from campus import Session, until  # noqa: E402  (nodes says where it lies)

PATIENTS, WITH_HISTORY, VISITS = 20_000, 2_000, 100_000
IN_ONE_REQUEST = 1_000
SETTLE_SECONDS = 900
IDLE_SECONDS = 60
AUTHOR = "nurse@usc.edu.ph"


def patients():
    given = ("Althea", "Angelo", "Bea", "Carmela", "Dominic", "Fe", "Jomar", "Ma. Niña", "Rowena", "Trisha Mae")
    family = ("Abella", "Bacalso", "Cabahug", "Dela Peña", "Enriquez", "Gabuya", "Mabolo", "Osmeña", "Quijano", "Ybañez")
    for i in range(PATIENTS):
        yield {"id": str(uuid.UUID(int=(0x0190_0000_0000 + i) << 80 | 7 << 76 | 2 << 62 | i)), "first_name": given[i % 10],
               "last_name": f"{family[i // 10 % 10]} {i}", "date_of_birth": f"{1990 + i % 15}-{1 + i % 12:02}-{1 + i % 28:02}",
               "gender": "FM"[i % 2], "phone_number": f"0917{i:07}", "address": "Nasipit Road, Talamban, Cebu City", "allergies": "none known"}


def visits(path, owners):
    """Rows of gen_visits.py as the API takes them, dealt out to the owners in turn."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield {"id": row["id"], "patient": owners[number % len(owners)],
                   "visit_date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(row["visit_date"] // 1000)), "concern": row["concern"],
                   "diagnosis": row["diagnosis"], "treatment": row["treatment"], "notes": row["notes"],
                   "vital_signs": {"temperature": row["temp_c"], "blood_pressure": f"{row['bp_sys']}/{row['bp_dia']}",
                                   "pulse_rate": row["pulse"]}}


class Bench:
    def __init__(self, options):
        self.options = options
        self.programs = Path(options.programs).resolve()
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True, mode=0o700)
        self.hub, self.edge = Place("hub", self.programs), Place("edge", self.programs)
        self.owners = []
        self.loaded = 0   # MB, the most an edge has taken
        self.table = []
        self.generated = FOLDER / "visits.jsonl"

    def part(self, name, settings):
        done = subprocess.run([str(self.programs / "himsog-bench"), name], input=json.dumps(settings), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return json.loads(done.stdout)

    def wanted(self, word):
        return self.options.only is None or self.options.only == word

    def figure(self, name, floor, holds, **values):
        self.table.append((name, values, floor, holds))
        print(json.dumps({"figure": name, **values, "floor": floor, "met": holds}), flush=True)

    def say(self, sentence):
        print(f"bench: {sentence}", file=sys.stderr, flush=True)

    # The campus, once, and a copy of it that each figure begins with.

    def provision(self):
        self.say("making a campus")
        self.hub.command("ca", "init")
        self.hub.command("demo", "accounts", "--out", str(FOLDER / "accounts.json"))
        self.accounts = {one["role"]: one for one in json.loads((FOLDER / "accounts.json").read_text(encoding="utf-8"))}
        self.hub.start()
        self.edge.command("edge", "join", self.hub.command("site", "add", "Talamban"))
        self.edge.start()
        until(60, "the accounts arrive", lambda: self.session(self.edge))
        self.write("patient", list(patients()))
        self.owners = [one["id"] for _, one in zip(range(WITH_HISTORY), patients())]
        self.all_at_hub()
        self.hub.stop()
        self.say(f"writing {VISITS} visits while the hub is off")
        with open(self.generated, "wb") as out:
            subprocess.run([sys.executable, str(ROOT / "tests" / "bench" / "gen_visits.py"), str(VISITS)], stdout=out, check=True)
        self.write("medical_record", list(visits(self.generated, self.owners)))
        self.edge.stop()
        for place in (self.hub, self.edge):
            shutil.copytree(place.data, FOLDER / f"{place.name}.copy")

    def restore(self):
        for place in (self.hub, self.edge):
            place.stop()
            shutil.rmtree(place.data)
            shutil.copytree(FOLDER / f"{place.name}.copy", place.data)
        os.sync()

    def write(self, entity, records):
        for first in range(0, len(records), IN_ONE_REQUEST):
            self.edge.operator("/operator/records/", {"entity": entity, "actor_email": AUTHOR, "records": records[first:first + IN_ONE_REQUEST]})

    def session(self, place):
        return Session(place.node(), self.accounts["DOCTOR"]["email"], self.accounts["DOCTOR"]["password"])

    def token(self, place):
        return self.session(place).headers["Authorization"].split()[1]

    def all_at_hub(self):
        session = self.session(self.edge)
        session.post("/api/sync/run/")
        return until(SETTLE_SECONDS, "all is at the hub", lambda: self.sent(session))

    @staticmethod
    def sent(session):
        status = session.get("/api/sync/status/")
        return status["hub_reachable"] and status["pending_txns"] == 0

    # Loads.

    def load(self, place, groups, seconds=None):
        token = self.token(place)
        settings = {"port": PORTS[place.name], "ca": str(FOLDER / "hub" / "ca.pem"), "seconds": seconds or self.options.seconds,
                    "groups": [{"token": token, **group} for group in groups]}
        return self.part("load", settings)

    def runs(self, action):
        return [action() for _ in range(self.options.runs)]

    @staticmethod
    def middle(rows, key):
        return statistics.median(row[key] for row in rows)

    def new_visits(self):
        """Visits that the rules for people at a screen take: those of an import may have shorter texts."""
        long_enough = (one for one in visits(self.generated, self.owners)
                       if all(len(one[key]) >= 10 for key in ("concern", "diagnosis", "treatment")))
        return [{key: value for key, value in one.items() if key != "id"} for _, one in zip(range(2000), long_enough)]

    def histories(self):
        self.restore()
        self.edge.start()
        for name, who, floor, slowest, ratio in (("history, one patient", self.owners[:1], 5000, 10, 0.35),
                                                 ("history, 2,000 patients", self.owners, 3500, 20, None)):
            def once(who=who):
                bare = self.part("rows", {"database": str(self.edge.data / "himsog.db"), "key_file": str(self.edge.key), "patients": who,
                                          "seconds": self.options.seconds / 2})
                return {**self.load(self.edge, [{"name": name, "connections": 32, "patients": who}])[0], "bare": bare}
            rows = self.runs(once)
            rate, p99 = self.middle(rows, "per_second"), self.middle(rows, "p99_ms")
            share = statistics.median(row["per_second"] / row["bare"] for row in rows)
            text = f">= {floor}/s, p99 < {slowest} ms" + (f", >= {ratio} of bare" if ratio else "")
            self.figure(name, text, rate >= floor and p99 < slowest and (ratio is None or share >= ratio), per_second=round(rate),
                        p99_ms=round(p99, 1), of_bare=round(share, 2), octets=rows[0]["bytes"])
        self.loaded = max(self.loaded, self.edge.resident("VmHWM"))

    def writes(self):
        new = self.new_visits()
        rows, highest = [], 0
        for _ in range(self.options.runs):
            self.restore()
            self.edge.start()
            rows.append(self.load(self.edge, [{"name": "creates", "connections": 64, "patients": self.owners, "visits": new}])[0])
            highest = max(highest, self.edge.resident("VmHWM"))
        rate, p99 = self.middle(rows, "per_second"), self.middle(rows, "p99_ms")
        self.figure("durable creates, 64 clients", ">= 4000/s", rate >= 4000, per_second=round(rate), p99_ms=round(p99, 1))
        rows, wal = [], 0
        for _ in range(self.options.runs):
            self.restore()
            self.edge.start()
            stop, largest = threading.Event(), [0]

            def watch(stop=stop, largest=largest):
                while not stop.wait(0.05):
                    largest[0] = max(largest[0], self.edge.wal())
            watcher = threading.Thread(target=watch)
            watcher.start()
            create, read = self.load(self.edge, [{"name": "creates", "connections": 16, "patients": self.owners, "visits": new},
                                                 {"name": "histories", "connections": 32, "patients": self.owners}])
            stop.set()
            watcher.join()
            wal = max(wal, largest[0])
            highest = max(highest, self.edge.resident("VmHWM"))
            rows.append({"creates": create["per_second"], "create_p99": create["p99_ms"], "reads": read["per_second"], "read_p99": read["p99_ms"]})
        creates, create_p99 = self.middle(rows, "creates"), self.middle(rows, "create_p99")
        reads, read_p99 = self.middle(rows, "reads"), self.middle(rows, "read_p99")
        self.figure("both at once, 16 and 32 clients", ">= 400 creates/s, p99 < 200 ms; >= 1000 histories/s, p99 < 60 ms; WAL < 128 MB",
                    creates >= 400 and create_p99 < 200 and reads >= 1000 and read_p99 < 60 and wal < 128, creates=round(creates),
                    create_p99_ms=round(create_p99, 1), histories=round(reads), history_p99_ms=round(read_p99, 1), wal_mb=round(wal))
        self.loaded = max(self.loaded, highest)
        self.figure("memory under the loads", "< 150 MB", self.loaded < 150, mb=round(self.loaded))

    def idle(self):
        self.restore()
        starts = []
        for _ in range(self.options.runs):
            self.edge.stop()
            starts.append(self.edge.start() * 1000)
        took = statistics.median(starts)
        self.figure("start to first answer", "< 500 ms", took < 500, ms=round(took))
        time.sleep(IDLE_SECONDS)
        resident = self.edge.resident()
        self.figure("memory a minute after start", "< 64 MB", resident < 64, mb=round(resident))

    def bulk(self):
        rows = []
        for _ in range(self.options.runs):
            os.sync()
            rows.append(self.part("writes", {"visits": str(self.generated), "folder": str(FOLDER / "bulk")}))
        share = statistics.median(row["journal"] / row["bare"] for row in rows)
        self.figure("bulk journal write", ">= 60 % of bare", share >= 0.6, per_second=round(self.middle(rows, "journal")),
                    bare=round(self.middle(rows, "bare")), of_bare=round(share, 2))

    # Replication.

    def first_sync(self, meanwhile=None):
        self.restore()
        self.hub.start()
        before = loopback_octets()
        reads = []
        reader = threading.Thread(target=lambda: reads.append(meanwhile())) if meanwhile else None
        if reader:
            reader.start()
        logged = (self.hub.data / "himsog.log").stat().st_size
        self.edge.start()
        session = self.session(self.edge)
        session.post("/api/sync/run/")
        until(SETTLE_SECONDS, "all is at the hub", lambda: self.sent(session))
        ended = time.time()
        octets = loopback_octets() - before
        if reader:
            reader.join()
        found = self.session(self.hub).get(f"/api/patients/medical-records/?patient={self.owners[7]}")
        if len(found) != VISITS // WITH_HISTORY:
            raise RuntimeError(f"{len(found)} visits of a patient are at the hub, not {VISITS // WITH_HISTORY}")
        return {"seconds": ended - self.first_message(logged), "octets": octets / VISITS, "reads": reads[0] if reads else None}

    def first_message(self, logged):
        """When the hub began to read the first message of replication, by its log."""
        with open(self.hub.data / "himsog.log", "rb") as log:
            log.seek(logged)
            for line in log:
                entry = json.loads(line)
                if entry.get("route") == "/replication/session":
                    return datetime.datetime.fromisoformat(entry["at"]).timestamp() - entry["us"] / 1e6
        raise RuntimeError("the hub logged no session")

    def replication(self, apart):
        rows = self.runs(self.first_sync)
        rate = VISITS / self.middle(rows, "seconds")
        octets = self.middle(rows, "octets")
        self.figure("100,000 visits edge to hub", ">= 12000 rows/s; <= 90 octets a row", rate >= 12000 and octets <= 90, rows_per_second=round(rate),
                    octets_a_row=round(octets, 1) if apart else None)
        seconds = self.middle(rows, "seconds")

        def read():
            return self.load(self.hub, [{"name": "hub", "connections": 4, "patients": self.owners}], seconds)[0]
        rows = self.runs(lambda: self.first_sync(read))
        p99 = statistics.median(row["reads"]["p99_ms"] for row in rows)
        self.figure("reads at the hub while it applies", "p99 < 50 ms", p99 < 50, p99_ms=round(p99, 1),
                    per_second=round(statistics.median(row["reads"]["per_second"] for row in rows)))

    def tell(self):
        widest = max(len(name) for name, *_ in self.table)
        for name, values, floor, holds in self.table:
            text = ", ".join(f"{key} {value}" for key, value in values.items())
            print(f"{'ok  ' if holds else 'LESS'}  {name:<{widest}}  {text}  ({floor})")

    def run(self, apart):
        try:
            self.provision()
            for word, action in (("idle", self.idle), ("histories", self.histories), ("writes", self.writes), ("bulk", self.bulk),
                                 ("sync", lambda: self.replication(apart))):
                if self.wanted(word):
                    self.say(word)
                    action()
        finally:
            self.hub.stop()
            self.edge.stop()
        self.tell()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("--only", choices=("idle", "histories", "writes", "bulk", "sync"))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    Bench(options).run(own_network())


if __name__ == "__main__":
    main()
