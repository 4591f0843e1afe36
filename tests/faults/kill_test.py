"""kill -9 of a random node at random moments while clinicians work at both edges and the sites synchronise: nothing acknowledged is lost.

    kill_test.py DEMO_JSON [--seed S] [--kills N] [--clients N]

Each acknowledged create must be there with its values, each acknowledged edit must be what is shown, a value of a conflict or an entry of
the history, at its edge and, once the campus has converged, at the hub. All chance comes from the seed; which request a kill meets does
not, so a seed repeats the plan and not the run. Ends non-zero, and says why, when anything does not hold.
"""

import argparse
import datetime
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from clinicians import PATIENTS, VISITS, Clinician, Ledger, Shared, shown
from nodes import BROKEN_CONNECTION, EDGES, NODES, Campus, Failed, Process, Refused, all_pages, until, whole_list

CONVERGE_SECONDS = 120
READY_SECONDS = 60
WAL_BOUND = 128 * 1024 * 1024     # what ./dev bench promises


class Run:
    def __init__(self, demo, arguments):
        self.campus = Campus(demo)
        self.arguments = arguments
        self.random = random.Random(arguments.seed)
        self.processes = {name: Process(node, Path(demo).resolve().parent) for name, node in self.campus.nodes.items()}
        self.ledger = Ledger()
        self.problems = []
        self.stop = threading.Event()
        self.largest_wal = Counter()
        self.log_begins = {}

    def problem(self, text):
        self.problems.append(text)
        self.stop.set()

    def play(self):
        began = time.monotonic()
        for process in self.processes.values():
            until(READY_SECONDS, f"{process.name} is ready", process.is_ready)
            self.log_begins[process.name] = {level: len(process.log_events(level)) for level in ("warning", "error")}
        shared = self.choose_shared()
        clinicians = [self.clinician(number, shared) for number in range(self.arguments.clients)]
        watcher = threading.Thread(target=self.watch)
        watcher.start()
        for one in clinicians:
            one.start()
        try:
            self.kill_and_start()
        finally:
            self.stop.set()
            for one in clinicians:
                one.join()
            watcher.join()
        print(f"{time.monotonic() - began:6.1f} s  the last kill is over, the clinicians have stopped", flush=True)
        for process in self.processes.values():
            until(READY_SECONDS, f"{process.name} is ready at the end", process.is_ready)
        sessions = {name: self.campus.sign_in(name, "ADMIN") for name in NODES}
        tables = self.converge(sessions)
        print(f"{time.monotonic() - began:6.1f} s  converged", flush=True)
        self.check_creates(tables)
        self.check_edits(sessions, tables)
        self.check_logs()
        self.report(sessions)
        print(f"{time.monotonic() - began:6.1f} s  checked", flush=True)

    def clinician(self, number, shared):
        edge = EDGES[number % len(EDGES)]
        session = self.campus.sign_in(edge, ("DOCTOR", "NURSE")[number // len(EDGES) % 2])
        return Clinician(number, self.processes[edge], session.headers, f"{shared.seed} {number}", shared, self.ledger, self.stop, self.problem)

    def choose_shared(self):
        """Records that both edges edit: some patients and some visits that all nodes know. Whom the clinicians invent depends on who is there
        already: the same people again would be refused as duplicates."""
        hub = self.campus.sign_in("hub", "ADMIN")
        known = whole_list(hub, PATIENTS)
        patients = self.random.sample(sorted(known), 24)
        visits = whole_list(hub, VISITS)
        chosen = [visits[one] for one in self.random.sample(sorted(visits), 12)]
        hub.close()
        return Shared(f"{self.arguments.seed} {len(known)}", patients, [one["id"] for one in chosen], patients + [one["patient"] for one in chosen])

    def kill_and_start(self):
        """The moments: a pause, a kill, and the node stays away for a while. A node may be killed while it still starts."""
        for number in range(1, self.arguments.kills + 1):
            pause, away = self.random.uniform(0.2, 1.6), self.random.choice((0, 0, self.random.uniform(0, 1.0)))
            process = self.processes[self.random.choice(NODES)]
            if self.stop.wait(pause):
                return
            process.kill()
            if process.ended.is_set():
                return self.problem(f"{process.name} ended without being killed: see its stderr.log")
            time.sleep(away)
            process.start()
            if number % 10 == 0:
                print(f"        {number} kills, {self.ledger.count()} writes acknowledged", flush=True)

    def watch(self):
        """Notes when a killed node answers again, and how long the WALs get."""
        while not self.stop.wait(0.05):
            for process in self.processes.values():
                if process.epoch() % 2 == 1:
                    process.is_ready()
                self.largest_wal[process.name] = max(self.largest_wal[process.name], process.wal_bytes())

    def converge(self, sessions):
        """All sent and received, and every row the same at all three, versions included. Gives {node: {kind: {id: row}}}."""
        def all_sent():
            states = [sessions[edge].get("/api/sync/status/") for edge in EDGES]
            return all(state["state"] == "current" and state["pending_txns"] == 0 for state in states)

        def equal():
            if not all_sent():
                return None
            tables = {name: {"patient": whole_list(sessions[name], PATIENTS), "medical_record": whole_list(sessions[name], VISITS)} for name in NODES}
            return tables if tables["hub"] == tables["talamban"] == tables["downtown"] else None
        try:
            return until(CONVERGE_SECONDS, "the campus converges", equal)
        except Failed:
            for name in NODES:
                print(f"{name}: {sessions[name].get('/api/sync/status/')}", file=sys.stderr)
            raise

    def check_creates(self, tables):
        """Registers that somebody edited afterwards are judged with the edits."""
        edited = self.ledger.touched()
        for write in self.ledger.creates:
            for where in {write.edge, "hub"}:
                row = tables[where][write.entity].get(write.record)
                if row is None:
                    self.problems.append(f"lost: {write} is not at {where}")
                    continue
                for register, value in write.values.items():
                    if (write.record, register) not in edited and shown(row, register) != value:
                        self.problems.append(f"lost: {write} at {where}: {register} is {shown(row, register)!r}, was saved as {value!r}")

    def check_edits(self, sessions, tables):
        self.found_as = Counter()
        self.maybes_found = 0
        conflicts = {name: all_pages(sessions[name], "/api/sync/conflicts/") for name in NODES}
        self.conflicts = conflicts["hub"]
        for edge in EDGES:
            if conflicts[edge] != conflicts["hub"]:
                self.problems.append(f"the conflicts at {edge} are not those at the hub")
        held = {name: self.values_held(sessions[name], tables[name], conflicts[name]) for name in NODES}
        for write in self.ledger.edits + [one for one in self.ledger.creates if one.record in held["hub"]]:
            for register, value in write.values.items():
                found = [held[where][write.record][register].get(key_of(value)) for where in (write.edge, "hub") if register in held[where][write.record]]
                if write.is_create and not found:
                    continue    # nobody edited this register: check_creates has looked at it
                if len(found) != 2 or None in found:
                    self.problems.append(f"lost: {write}: {register} = {value!r} is neither shown nor in a conflict nor history (edge, hub: {found})")
                elif not write.is_create:
                    self.found_as[found[1]] += 1
        for write in self.ledger.maybes:
            if write.values and not write.is_create and all(key_of(value) in held["hub"][write.record][register] for register, value in write.values.items()):
                self.maybes_found += 1
        for write in self.ledger.refused:
            for register, value in write.values.items():
                if any(key_of(value) in held[where].get(write.record, {}).get(register, {}) for where in NODES):
                    self.problems.append(f"saved all the same: {write}: {register} = {value!r} was answered 503")

    def values_held(self, session, tables, conflicts):
        """{record: {register: {value: how it is held}}} of every record that somebody edited."""
        records = {}
        for entity, record, register in self.ledger.edited_registers():
            row = tables[entity][record]
            records.setdefault((entity, record), {}).setdefault(register, {})[key_of(shown(row, register))] = "shown"
        for conflict in conflicts:
            registers = records.get((conflict["entity"], conflict["record_id"]), {})
            for side in ("kept", "other"):
                registers.get(conflict["field"], {}).setdefault(key_of(conflict[side]["value"]), "conflict")
        for (entity, record), registers in records.items():
            for entry in all_pages(session, f"/api/sync/history/{entity}/{record}/"):
                for change in entry["changes"]:
                    registers.get(change["field"], {}).setdefault(key_of(change["to"]), "history")
        return {record: registers for (_, record), registers in records.items()}

    def check_logs(self):
        """No node complained. After some starts within one session that never ended, a site's lineage is longer than what it announces, and the
        two compare all they hold: that is the protocol, and counted."""
        self.comparisons = 0
        for process in self.processes.values():
            for level, before in self.log_begins[process.name].items():
                for event in process.log_events(level)[before:]:
                    if event.get("kind") == "compare":
                        self.comparisons += process.name == "hub"
                    else:
                        self.problems.append(f"{process.name} logged: {event}")
            if process.ended.is_set() or not process.is_alive():
                self.problems.append(f"{process.name} ended without being killed")
            if self.largest_wal[process.name] > WAL_BOUND:
                self.problems.append(f"the WAL of {process.name} grew to {self.largest_wal[process.name]} bytes")

    def report(self, sessions):
        creates = Counter(write.entity for write in self.ledger.creates)
        conflicts = Counter(conflict["status"] for conflict in self.conflicts)
        print("kills:         " + ", ".join(f"{process.name} {process.kills}" for process in self.processes.values()))
        print(f"acknowledged:  {creates['patient']} walk-ins, {creates['medical_record']} visits, {len(self.ledger.edits)} edits "
              f"({self.ledger.counts['stale edits']} against an older version), {self.ledger.counts['settled']} conflicts settled")
        print(f"edits held as: {self.found_as['shown']} shown, {self.found_as['conflict']} in a conflict, {self.found_as['history']} in the history")
        print(f"answers lost:  {len(self.ledger.maybes)} writes, of them {self.ledger.counts['asked again']} creates sent again until acknowledged; "
              f"{self.maybes_found} edits had been saved")
        print(f"answered 503 while a node started: {len(self.ledger.refused)}")
        print("conflicts:     " + (", ".join(f"{count} {status}" for status, count in sorted(conflicts.items())) or "none"))
        print(f"sessions that compared all: {self.comparisons}")
        print("largest WAL:   " + ", ".join(f"{name} {self.largest_wal[name] / 2**20:.1f} MiB" for name in NODES))
        for session in sessions.values():
            session.close()


def key_of(value):
    """A value as something that can be looked up; objects are those of a group."""
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def main():
    parser = argparse.ArgumentParser(description="kill -9 while clinicians work: nothing acknowledged is lost")
    parser.add_argument("demo", help="demo.json of a running campus")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--clients", type=int, default=16)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.kills} kills, {arguments.clients} clients, {datetime.date.today()}", flush=True)
    run = Run(arguments.demo, arguments)
    try:
        run.play()
    except (Failed, Refused, *BROKEN_CONNECTION) as failed:
        run.problems.append(str(failed))
    for problem in run.problems[:30]:
        print(f"FAILED: {problem}", file=sys.stderr)
    if len(run.problems) > 30:
        print(f"FAILED: and {len(run.problems) - 30} more", file=sys.stderr)
    return 1 if run.problems else 0


if __name__ == "__main__":
    sys.exit(main())
