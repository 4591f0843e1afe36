"""What people type into a campus lies nowhere in clear: strings are planted through every door of the API, and the bytes on disk are searched.

    planted_test.py DEMO_JSON [--seed S]

Under load no node may hold a regular file open for writing outside its data_dir; then the data directories of all three (database, WAL,
logs) are searched for names, notes, passwords and tokens, in UTF-8, UTF-16 and what a log could make of them, with composed and decomposed
letters. Every file there must be for the node's user alone. Ends non-zero, and says why, when anything does not hold; before that the
search has to find all of it in databases and a log that are not encrypted, and the look at descriptors a file that is open outside.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from clinicians import PATIENTS, VISITS
from disk import files_in, find_planted, plain_copies
from nodes import BROKEN_CONNECTION, EDGES, NODES, ROOT, Campus, Client, Failed, Process, Refused, until

CONVERGE_SECONDS = 60
REQUESTS_OF_LOAD = 250      # of each of the threads that keep the nodes busy
CERTAIN_FILES = ("himsog.db", "himsog.db-wal", "himsog.log", "lock")


class Planted:
    """Text of each thing that is planted, by what it is. A new suffix in every run: what an older run left cannot be found for this one's."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self.texts = {}

    def __call__(self, what, text):
        """`text` with a suffix, remembered."""
        self.texts[what] = f"{text}{self.letters(9)}"
        return self.texts[what]

    def as_is(self, what, text):
        self.texts[what] = text
        return text

    def letters(self, count):
        return "".join(self._random.choice("bcdfghjklmnpqrstvwxyz") for _ in range(count))

    def token(self, what):
        return self.as_is(what, f"{self._random.getrandbits(256):064x}")


class Run:
    def __init__(self, demo, seed):
        self.folder = Path(demo).resolve().parent
        self.campus = Campus(demo)
        self.processes = {name: Process(node, self.folder) for name, node in self.campus.nodes.items()}
        self.planted = Planted(seed)
        self.problems = []

    def play(self):
        for process in self.processes.values():
            until(60, f"{process.name} is ready", process.is_ready)
        patient = self.plant_chart()
        self.plant_account()
        for name in NODES:
            self.knock(name)
        self.plant_enrolment()
        self.look_at_descriptors(patient)
        self.see_it_everywhere(patient)
        self.search()
        self.look_at_modes()

    # Through the ordinary doors.

    def plant_chart(self):
        """A patient and a visit with planted text in every kind of field, and a conflict with a planted note."""
        plant = self.planted
        nurse = self.campus.sign_in("talamban", "NURSE")
        plant.as_is("token of a session", nurse.headers["Authorization"].split()[1])
        self.person = {
            "first_name": plant("first name", "Niña Encarnación "), "last_name": plant("last name", "Peñaflorída-"), "date_of_birth": "1991-03-14",
            "gender": "F", "phone_number": "09170000000", "address": plant("address", "Sitio Bañadero, Cebu "),
            "father_name": plant("father", "Señor Dueñas "), "emergency_contact": plant("emergency contact", "Begoña Muñoz "),
            "allergies": plant("allergies", "Alérgica a la piña "), "medications": plant("medications", "metformin as told by "),
            "force_create": True}
        patient = nurse.post(PATIENTS, self.person, expect=(201,))["patient"]
        self.visit = {
            "patient": patient["id"], "visit_date": "2026-11-02T09:00:00+08:00", "concern": plant("chief complaint", "Dolor de cabeza, dice la niña "),
            "diagnosis": plant("diagnosis", "Jaqueca según doña "), "treatment": plant("treatment", "Baños de agua fría "),
            "notes": plant("note", "Mañana vuelve con su compañera "), "vital_signs": {"temperature": 37.2, "mood": plant("unknown vital sign", "muy enseñada ")},
            "physical_examination": {"skin": plant("finding", "pálida, uñas azules ")}}
        nurse.post(VISITS, self.visit, expect=(201,))
        path = f"{PATIENTS}{patient['id']}/"
        version = nurse.request("GET", path)[1]["ETag"]
        nurse.patch(path, {"illness": plant("replaced value", "Sarampión de pequeña ")})
        nurse.patch(path, {"illness": plant("other value of a conflict", "Varicela, según el señor ")}, headers={"X-Himsog-Base": version})
        conflict = nurse.get(f"/api/sync/conflicts/?patient={patient['id']}&status=open")["results"][0]
        nurse.post(f"/api/sync/conflicts/{conflict['id']}/resolve/", {"choice": "kept", "note": plant("note of a settled conflict", "Preguntó a la dueña ")})
        return patient["id"]

    def plant_account(self):
        """An account whose password is changed, and sessions of both kinds."""
        plant = self.planted
        email = plant("e-mail", "planted.") + "@usc.edu.ph"
        made = subprocess.run([ROOT / "build" / "release" / "bin" / "himsog", "--config", self.folder / "config" / "hub.toml", "user", "add", email, "STAFF",
                               "--first-name", plant("name of an account", "Ñusta ")], capture_output=True, text=True)
        if made.returncode != 0:
            raise Failed(f"himsog user add: {made.stderr.strip()}")
        one_time = plant.as_is("one-time password", made.stdout.strip())
        hub = self.campus.nodes["hub"]
        first = self.sign_in(hub, email, one_time)
        plant.as_is("token of a one-time password", first["token"])
        password = plant("password", "Contraseña-7-")
        changed = Client(hub, {"Authorization": "Token " + first["token"]}).request(
            "POST", "/api/auth/change-password/", {"old_password": one_time, "new_password": password, "new_password2": password})
        self.expect("changing the password", changed, 200)
        plant.as_is("token after the change", changed[2]["token"])
        plant.as_is("token of a named device", self.sign_in(hub, email, password, device="planted tablet")["token"])
        connection = hub.connect()
        connection.request("POST", "/api/auth/login/", json.dumps({"email": email, "password": password, "session": "cookie"}), {"Content-Type": "application/json"})
        response = connection.getresponse()
        plant.as_is("csrf token", json.loads(response.read())["csrf"])
        plant.as_is("session of a cookie", response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1])
        connection.close()

    @staticmethod
    def sign_in(node, email, password, **more):
        status, _, answer = Client(node, {}).request("POST", "/api/auth/login/", {"email": email, "password": password, **more})
        if status != 200:
            raise Failed(f"{node.name} answered {status} to a log-in")
        return answer

    # At the wrong doors: nothing of a refused request may reach a log either.

    def knock(self, name):
        plant, node = self.planted, self.campus.nodes[name]
        clinician = self.campus.sign_in(name, "DOCTOR")
        signed_in, stranger = Client(node, clinician.headers), Client(node, {})
        account = self.campus.accounts["STUDENT"]["email"]
        at = f" at {name}"
        forged = {"Authorization": "Token " + plant.token("forged token" + at)}
        in_url = urllib.parse.quote(plant("text of a URL" + at, "búsqueda-de-la-señora-"))
        text = plant("text of a bad body" + at, "no es ningún número ñ ")
        refusals = [
            ("wrong password", stranger, "POST", "/api/auth/login/", {"email": account, "password": plant("wrong password" + at, "Equivocada-Ñ-9-")}),
            ("unknown account", stranger, "POST", "/api/auth/login/", {"email": plant("unknown e-mail" + at, "nobody.") + "@usc.edu.ph", "password": "Wrong-1-password"}),
            ("forged token", Client(node, forged), "GET", PATIENTS, None),
            ("wrong old password", signed_in, "POST", "/api/auth/change-password/",
             {"old_password": plant("wrong old password" + at, "Vieja-Ñ-3-"), "new_password": "Another-1-password", "new_password2": "Another-1-password"}),
            ("no such patient", signed_in, "GET", f"{PATIENTS}{in_url}/", None),
            ("no such route", signed_in, "GET", f"/api/{in_url}/?token={plant.token('token of a URL' + at)}", None),
            ("wrong types", signed_in, "POST", PATIENTS, {"first_name": {"x": text}, "last_name": [text], "date_of_birth": text, "gender": text, text: text}),
            ("too long", signed_in, "POST", VISITS, {"patient": text, "visit_date": text, "concern": text * 2000, "diagnosis": text}),
            ("no version", signed_in, "PATCH", f"{PATIENTS}{in_url}/", {"allergies": text}),
        ]
        for what, client, method, path, body in refusals:
            answer = client.request(method, path, body)
            if not 400 <= answer[0] < 500:
                self.problems.append(f"{what} at {name} was answered {answer[0]}")
        self.expect("a search", signed_in.request("GET", f"{PATIENTS}?search={in_url}&page=1"), 200)
        self.knock_with_bytes(node, clinician.headers, text)

    @staticmethod
    def knock_with_bytes(node, credentials, text):
        """Bodies that are no JSON, and headers that a log might be fond of. Whatever is answered, only what is written down counts here."""
        raw = text.encode()
        for body in (b'{"first_name": "' + raw, raw, b'{"a": "' + raw + b'\xff"}', text.encode("utf-16")):
            for headers in ({}, {"User-Agent": raw, "Referer": raw, "X-Request-Id": raw, "Cookie": raw, "If-Match": raw, "X-Himsog-Base": raw, "Origin": raw}):
                connection = node.connect()
                try:
                    connection.request("POST", PATIENTS, body, {"Content-Type": "application/json", **credentials, **headers})
                    connection.getresponse().read()
                except BROKEN_CONNECTION:
                    pass    # a node may close on such a head
                connection.close()

    def plant_enrolment(self):
        node = self.campus.nodes["hub"]
        text = self.planted("text of an enrolment", "sitio-señorial-")
        answer = Client(node, {}).request("POST", "/api/hub/enrol/", {"code_id": text, "csr": text, "signing_key": text, "proof": text})
        if not 400 <= answer[0] < 500:
            self.problems.append(f"a false enrolment was answered {answer[0]}")

    def expect(self, what, answer, status):
        if answer[0] != status:
            raise Failed(f"{what} was answered {answer[0]}: {str(answer[2])[:200]}")

    # What became of it.

    def look_at_descriptors(self, patient):
        """While nine threads keep the nodes busy; one look after the other until they are through."""
        threads = [threading.Thread(target=self.load, args=(name, number, patient)) for number in range(3) for name in NODES]
        for thread in threads:
            thread.start()
        looks, seen = 0, {name: set() for name in NODES}
        with tempfile.NamedTemporaryFile() as outside:
            while looks == 0 or any(thread.is_alive() for thread in threads):
                looks += 1
                found = open_files([process.pid for process in self.processes.values()] + [os.getpid()])
                if outside.name not in found[os.getpid()]:
                    raise Failed("the look at descriptors does not see a file that this test holds open for writing")
                for process in self.processes.values():
                    seen[process.name].update(found[process.pid])
        for thread in threads:
            thread.join()
        for process in self.processes.values():
            for path in sorted(seen[process.name]):
                if process.data_dir not in Path(path).parents:
                    self.problems.append(f"{process.name} writes outside its data_dir: {path}")
            for name in CERTAIN_FILES:
                if str(process.data_dir / name) not in seen[process.name]:
                    raise Failed(f"the look at descriptors did not see {name} of {process.name}")
        print(f"descriptors: {looks} looks under load, open for writing: " + "; ".join(f"{name}: {len(seen[name])} files" for name in NODES), flush=True)

    def load(self, name, number, patient):
        session = self.campus.sign_in(name, "DOCTOR")
        try:
            for index in range(REQUESTS_OF_LOAD):
                kind = index % 5
                if kind == 0:
                    body = {**self.visit, "visit_date": f"2026-10-{number + 1:02d}T{NODES.index(name):02d}:{index // 60:02d}:{index % 60:02d}+08:00"}
                    session.post(VISITS, body, expect=(201,))
                elif kind == 1:
                    session.get(f"{PATIENTS}?search={urllib.parse.quote(self.person['last_name'])}&page_size=50")
                elif kind == 2:
                    session.get(f"/api/sync/history/patient/{patient}/") if name == "talamban" else session.get("/api/sync/conflicts/?page_size=100")
                elif kind == 3:
                    session.get(f"{VISITS}?page=1&page_size=200&ordering=-created_at")
                else:
                    session.get(f"{PATIENTS}?page={index % 10 + 1}&page_size=100&ordering=last_name")
        except Exception as problem:    # whatever it is, the test must hear of it
            self.problems.append(f"load at {name}: {problem}")

    def see_it_everywhere(self, patient):
        """What is searched for is there: each node shows the planted chart, so each database holds it."""
        def shown(name):
            session = self.campus.sign_in(name, "DOCTOR")
            chart = session.get(f"{PATIENTS}{patient}/")
            return (all(chart[key] == value for key, value in self.person.items() if key != "force_create")
                    and any(visit["notes"] == self.visit["notes"] and visit["physical_examination"] == self.visit["physical_examination"]
                            for visit in chart["medical_records"]))
        for name in NODES:
            until(CONVERGE_SECONDS, f"{name} shows the planted chart", lambda: shown(name))
        for edge in EDGES:
            session = self.campus.sign_in(edge, "ADMIN")
            until(CONVERGE_SECONDS, f"{edge} has sent all", lambda: session.get("/api/sync/status/")["pending_txns"] == 0)

    def search(self):
        texts = dict(self.planted.texts)
        texts.update((f"password of {account['email']}", account["password"]) for account in self.campus.accounts.values())
        texts.update((f"database key of {name}", (self.folder / "keys" / f"{name}.key").read_text(encoding="ascii").strip()) for name in NODES)
        with tempfile.TemporaryDirectory(prefix="himsog-planted-") as folder:
            for what, path in plain_copies(Path(folder), texts):
                missed = sorted(set(texts) - {text for text, _ in find_planted([path], texts)})
                if missed:
                    raise Failed(f"the search does not find in {what}: {missed}")
        began, files = time.monotonic(), []
        for process in self.processes.values():
            files += files_in(process.data_dir)
            if (process.data_dir / "himsog.db").read_bytes()[:15] == b"SQLite format 3":
                self.problems.append(f"the database of {process.name} is not encrypted")
        bytes_searched = sum(path.stat().st_size for path in files)
        for what, path in find_planted(files, texts):
            self.problems.append(f"found in clear: the {what}, in {path}")
        print(f"search: {len(texts)} texts ({len(self.planted.texts)} planted), {len(files)} files, {bytes_searched / 2**20:.0f} MiB, "
              f"{time.monotonic() - began:.1f} s", flush=True)

    def look_at_modes(self):
        for process in self.processes.values():
            for path in files_in(process.data_dir):
                if path.stat().st_mode & 0o077:
                    self.problems.append(f"{path} may be opened by others: mode {path.stat().st_mode & 0o777:o}")


def open_files(pids):
    """{pid: paths}; as root, since a node lets nobody else look."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    made = subprocess.run([*as_root, sys.executable, "-B", Path(__file__).with_name("open_files.py"), *map(str, pids)], capture_output=True, text=True)
    if made.returncode != 0:
        raise Failed(f"the descriptors of a node cannot be read: {made.stderr.strip()[-200:]}")
    return {int(pid): paths for pid, paths in json.loads(made.stdout).items()}


def main():
    parser = argparse.ArgumentParser(description="nothing that is typed into a campus lies in clear on its disks")
    parser.add_argument("demo", help="demo.json of a running campus")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    run = Run(arguments.demo, arguments.seed)
    try:
        run.play()
    except (Failed, Refused, *BROKEN_CONNECTION) as failed:
        run.problems.append(str(failed))
    for problem in run.problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    return 1 if run.problems else 0


if __name__ == "__main__":
    sys.exit(main())
