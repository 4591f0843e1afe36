"""People at work while nodes die under them: what they write, and what they were told became of it."""

import datetime
import random
import threading
import time
from collections import Counter

from nodes import Client, Lost, Unsent

PATIENTS = "/api/patients/patients/"
VISITS = "/api/patients/medical-records/"
MANILA = datetime.timezone(datetime.timedelta(hours=8))
AWAY_SECONDS = 60      # no node may stay away for longer

# Registers of more than one field (contract README decision 18): they are sent, shown and kept as a whole.
GROUPS = {
    "name": ("first_name", "middle_name", "last_name"),
    "emergency_contact": ("emergency_contact", "emergency_contact_number"),
    "diagnosis": ("diagnosis", "diagnosis_code"),
}
EDITED = {
    "patient": ("allergies", "medications", "illness", "name", "phone_number", "address", "father_name", "emergency_contact"),
    "medical_record": ("concern", "diagnosis", "treatment", "notes"),
}
PATHS = {"patient": PATIENTS, "medical_record": VISITS}


def shown(row, register):
    """What a record says of a register: a value, or for a group an object, as conflicts and the history have it."""
    if register in GROUPS:
        return {field: row[field] for field in GROUPS[register]}
    return row[register]


class Shared:
    def __init__(self, seed, patients, visits, charts):
        self.seed = seed
        self.patients = patients
        self.visits = visits
        self.charts = charts    # patients whose conflicts are settled


class Write:
    """One request to create or change a record, by register."""

    def __init__(self, edge, entity, record, values, is_create=False):
        self.edge = edge
        self.entity = entity
        self.record = record
        self.values = values
        self.is_create = is_create

    def __str__(self):
        return f"{'creating' if self.is_create else 'editing'} {self.entity} {self.record} at {self.edge}"

    def body(self):
        sent = {}
        for register, value in self.values.items():
            sent.update(value if register in GROUPS else {register: value})
        return sent


class Ledger:
    """What was acknowledged, refused, or neither. Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self.creates = []
        self.edits = []
        self.maybes = []
        self.refused = []
        self.counts = Counter()

    def acknowledged(self, write):
        if not write.values:
            return      # a settled conflict that kept what was written before
        with self._lock:
            (self.creates if write.is_create else self.edits).append(write)

    def lost(self, write):
        with self._lock:
            self.maybes.append(write)

    def nothing_saved(self, write):
        with self._lock:
            self.refused.append(write)

    def note(self, what):
        with self._lock:
            self.counts[what] += 1

    def count(self):
        with self._lock:
            return len(self.creates) + len(self.edits)

    def edited_registers(self):
        """(entity, record, register) that any edit touched, also one whose fate is not known."""
        return sorted({(write.entity, write.record, register) for write in self.edits + self.maybes + self.refused if not write.is_create
                       for register in write.values})

    def touched(self):
        return {(record, register) for _, record, register in self.edited_registers()}


class Clinician(threading.Thread):
    def __init__(self, number, process, headers, seed, shared, ledger, stop, problem):
        super().__init__(name=f"clinician {number}")
        self.number = number
        self.process = process
        self.edge = process.name
        self.client = Client(process.node, headers)
        self.random = random.Random(seed)
        self.shared = shared
        self.ledger = ledger
        self.stop = stop
        self.problem = problem
        self.written = 0
        self.walk_ins = []
        self.versions = {}      # path: the version seen at some time
        self.today = datetime.datetime.now(MANILA).replace(microsecond=0)

    def run(self):
        try:
            while not self.stop.is_set():
                kinds = (self.register_walk_in, self.write_visit, self.edit_shared, self.edit_own, self.settle)
                self.random.choices(kinds, (25, 20, 45, 4, 6))[0]()
        except Exception as problem:    # whatever it is, the test must hear of it
            self.problem(f"{self.name} at {self.edge}: {type(problem).__name__}: {problem}")

    # What they do.

    def register_walk_in(self):
        mark = self.mark()
        born = datetime.date(1950, 1, 1) + datetime.timedelta(days=self.random.randrange(20000))
        values = {"name": {"first_name": "Niña " + self.letters(8), "middle_name": "Ybañez", "last_name": mark},
                  "date_of_birth": born.isoformat(), "gender": self.random.choice("MFO"), "phone_number": self.phone(),
                  "address": f"Sitio {mark}, Talamban, Cebu City", "allergies": f"none known to {mark}",
                  "emergency_contact": {"emergency_contact": "Peñaflor " + mark, "emergency_contact_number": self.phone()}}
        record = self.create("patient", values, "patient")
        if record:
            self.walk_ins.append(record)

    def write_visit(self):
        if not self.walk_ins:
            return self.register_walk_in()
        mark = self.mark()
        values = {"patient": self.random.choice(self.walk_ins[-20:]), "visit_date": (self.today - datetime.timedelta(seconds=self.written)).isoformat(),
                  "concern": f"Fever and cough, says {mark}", "diagnosis": {"diagnosis": f"Acute rhinitis {mark}", "diagnosis_code": "J00"},
                  "treatment": f"Rest and fluids, ordered by {mark}", "notes": f"Señora {mark} came along"}
        return self.create("medical_record", values, "record")

    def edit_shared(self):
        entity = "patient" if self.random.random() < 0.7 else "medical_record"
        records = self.shared.patients if entity == "patient" else self.shared.visits
        self.edit(entity, self.random.choice(records), self.random.choice(EDITED[entity]))

    def edit_own(self):
        if self.walk_ins:
            self.edit("patient", self.random.choice(self.walk_ins), self.random.choice(EDITED["patient"]))

    def edit(self, entity, record, register):
        write = Write(self.edge, entity, record, {register: self.value_for(register)})
        path = f"{PATHS[entity]}{record}/"
        base = self.versions.get(path) if self.random.random() < 0.15 else None
        answer = self.save(write, "PATCH", path, write.body(), {"X-Himsog-Base": base} if base else {})
        if answer is None:
            return
        headers, body = answer
        if base:
            self.ledger.note("stale edits")
        row = body.get("patient") if entity == "patient" else body
        if not base and shown(row, register) != write.values[register]:
            self.problem(f"{write} was acknowledged, and shows {shown(row, register)!r} for {write.values[register]!r}")
        if path not in self.versions or self.random.random() < 0.2:
            self.versions[path] = headers["ETag"]

    def settle(self):
        chart = self.random.choice(self.shared.charts)
        answer = self.ask("GET", f"/api/sync/conflicts/?patient={chart}&status=open&page_size=20")
        if answer is None or answer[0] != 200:
            return
        open_ones = [one for one in answer[2]["results"] if one["kind"] == "register"]
        if not open_ones:
            return
        conflict = self.random.choice(open_ones)
        register = conflict["field"]
        choice = self.random.choice(("kept", "other", "value"))
        values = {register: self.value_for(register)} if choice == "value" else {}
        write = Write(self.edge, conflict["entity"], conflict["record_id"], values)
        body = {"choice": choice, "note": "Asked the patient."}
        if values:
            body["value"] = values[register]
        if self.save(write, "POST", f"/api/sync/conflicts/{conflict['id']}/resolve/", body, {"If-Match": f"\"{conflict['version']}\""},
                     may_be_refused=(404, 409, 412)):
            self.ledger.note("settled")

    # How they ask.

    def create(self, entity, values, wrapped_in):
        """Half of them bring their own id, so that what is not answered can be sent again: the same create is the same record."""
        own_id = self.new_id() if self.random.random() < 0.5 else None
        write = Write(self.edge, entity, own_id, values, is_create=True)
        body = write.body()
        if own_id:
            body["id"] = own_id
        answer = self.save(write, "POST", PATHS[entity], body)
        while answer is None and own_id and not self.stop.is_set():
            self.ledger.note("asked again")
            answer = self.save(write, "POST", PATHS[entity], body)
        return answer and answer[1][wrapped_in]["id"]

    def save(self, write, method, path, body, headers=None, may_be_refused=()):
        """(headers, body) when it was acknowledged; the ledger knows in any case."""
        epoch = self.process.epoch()
        try:
            answer = self.ask(method, path, body, headers)
        except Lost:
            self.ledger.lost(write)
            return None
        if answer is None:
            return None
        status, head, answered = answer
        if status in (200, 201):
            if write.is_create:
                write.record = next(iter(part for key, part in answered.items() if key in ("patient", "record")))["id"]
            self.ledger.acknowledged(write)
            return head, answered
        if status == 503 and (epoch % 2 == 1 or epoch != self.process.epoch()):
            self.ledger.nothing_saved(write)
        elif status not in may_be_refused:
            self.problem(f"{write}: {status} to {method} {path}: {str(answered)[:300]}")
        return None

    def ask(self, method, path, body=None, headers=None):
        """Asks until the request has left. Nothing when the work is over before."""
        deadline = time.monotonic() + AWAY_SECONDS
        while True:
            try:
                return self.client.request(method, path, body, headers)
            except Unsent as problem:
                if self.stop.is_set():
                    return None
                if time.monotonic() > deadline:
                    self.problem(f"{self.edge} stayed away for {AWAY_SECONDS} s: {problem}")
                    return None
                time.sleep(0.02)
            except Lost:
                if method == "GET":
                    return None
                raise

    # What they write: every value once in a run, so that one found is the one that was sent.

    def value_for(self, register):
        mark = self.mark()
        if register == "name":
            return {"first_name": "Niño " + self.letters(6), "middle_name": "Ybañez", "last_name": mark}
        if register == "emergency_contact":
            return {"emergency_contact": "Rosa " + mark, "emergency_contact_number": self.phone()}
        if register == "diagnosis":
            return {"diagnosis": f"Bronchitis, seen by {mark}", "diagnosis_code": "J40"}
        if register == "phone_number":
            return self.phone()
        return f"Written by {mark} of {self.edge}, señor"

    def mark(self):
        """Letters alone, since a name takes nothing else."""
        self.written += 1
        digits = f"{self.number:02d}{self.written:06d}"
        return "Q" + "".join(chr(ord("a") + int(digit)) for digit in digits) + self.letters(4)

    def phone(self):
        self.written += 1
        return f"09{self.number:02d}{self.written:07d}"

    def letters(self, count):
        return "".join(self.random.choice("abcdefghijklmnoprstuvyz") for _ in range(count))

    def new_id(self):
        moment = int(time.time() * 1000).to_bytes(6, "big")
        rest = bytearray(self.random.getrandbits(80).to_bytes(10, "big"))
        rest[0] = 0x70 | rest[0] & 0x0F
        rest[2] = 0x80 | rest[2] & 0x3F
        text = (moment + bytes(rest)).hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
