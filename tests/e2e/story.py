"""The main job, played against a running demo campus and told step by step, over HTTP and ./dev stop|start alone.

    story.py DEMO_JSON

Two sites lose the hub, go on working, edit the same patient, and find each other again. It can be played again and again on the same
campus: each time with new walk-ins and another patient. Ends non-zero, and says why, when a check does not hold.
"""

import datetime
import http.client
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "provisioning" / "dev"))

from campus import Campus, Failed, Refused, until  # noqa: E402  (its folder is known only now)

EDGES = ("talamban", "downtown")
NODES = ("hub",) + EDGES
MANILA = datetime.timezone(datetime.timedelta(hours=8))

HUB_AWAY_SECONDS = 15     # until a site says that it works alone
CONVERGE_SECONDS = 30     # until all is everywhere once the hub is back
SETTLE_SECONDS = 15       # until a settled conflict is closed everywhere
ANSWER_SECONDS = 2        # no request may take longer, hub or no hub

GIVEN = ("Althea", "Angelo", "Bea", "Carmela", "Dominic", "Ernesto", "Fe", "Gabriel", "Isabel", "Jomar", "Liza", "Miguel", "Niña", "Rowena")
FAMILY = ("Abella", "Bacalso", "Cabahug", "Dela Peña", "Enriquez", "Gabuya", "Lapu", "Mabolo", "Osmeña", "Pacquiao", "Quijano", "Ybañez")


class Broken(Exception):
    """A check of the story does not hold."""


class Story:
    def __init__(self, campus):
        self.campus = campus
        self.began = time.monotonic()
        self.checks = 0
        self.people = []

    def chapter(self, title):
        print(f"\n{title}", flush=True)

    def told(self, sentence):
        print(f"  {time.monotonic() - self.began:5.1f} s  {sentence}", flush=True)

    def check(self, holds, reason):
        if not holds:
            raise Broken(reason)
        self.checks += 1

    def same(self, found, wanted, what):
        self.check(found == wanted, f"{what}: found {found!r}, expected {wanted!r}")

    def wait(self, seconds, what, attempt):
        """Asks until `attempt` gives something true, and gives that."""
        try:
            found = until(seconds, what, attempt, pause=0.2)
        except Failed as failed:
            raise Broken(str(failed)) from failed
        self.checks += 1
        return found

    def sign_in(self, node, role):
        session = self.campus.sign_in(node, role)
        self.people.append(session)
        return session

    def promptly(self, what, action):
        began = time.monotonic()
        answer = action()
        took = time.monotonic() - began
        self.check(took < ANSWER_SECONDS, f"{what} took {took:.1f} s")
        return answer

    def dev(self, *words):
        result = subprocess.run([str(ROOT / "dev"), *words], capture_output=True, text=True)
        if result.returncode != 0:
            raise Broken(f"./dev {' '.join(words)} failed: {result.stderr.strip()[-400:]}")


def letters(count=5):
    return "".join(random.choice("abcdefghijklmnoprstuy") for _ in range(count))


def new_number():
    return "0917" + "".join(random.choice("0123456789") for _ in range(7))


def walk_in():
    born = datetime.date(1955, 1, 1) + datetime.timedelta(days=random.randrange(18000))
    return {"first_name": random.choice(GIVEN), "last_name": f"{random.choice(FAMILY)}-{letters().capitalize()}",
            "date_of_birth": born.isoformat(), "gender": random.choice("MF"), "phone_number": new_number(),
            "address": "Nasipit Road, Talamban, Cebu City", "allergies": "none known"}


def visit(patient, when, diagnosis):
    return {"patient": patient, "visit_date": when.isoformat(timespec="seconds"), "concern": "Fever and cough for two days",
            "diagnosis": diagnosis, "treatment": "Rest, fluids, paracetamol 500 mg every 6 hours", "notes": "",
            "vital_signs": {"temperature": 38.1, "blood_pressure": "120/80", "pulse_rate": 88}}


def visits_by_site(hub, day):
    report = hub.get(f"/api/hub/reports/visits/?from={day}&to={day}")
    return report["total"], {row["site"]["name"]: row["visits"] for row in report["by_site"]}


def conflicts_of(session, patient, status=None):
    query = f"/api/sync/conflicts/?patient={patient}&page_size=200" + (f"&status={status}" if status else "")
    return session.get(query)["results"]


def patient_at(session, patient):
    """(the record, its version)."""
    path = f"/api/patients/patients/{patient}/"
    status, headers, record = session.request("GET", path)
    if status != 200:
        raise Refused(f"{session.node.name} answered {status} to GET {path}")
    return record, headers["ETag"]


def play(story):
    now = datetime.datetime.now(MANILA)
    today = now.date().isoformat()

    story.chapter("A morning at the university")
    at = {}
    site = {}
    nurse, doctor, admin = story.sign_in("talamban", "NURSE"), story.sign_in("downtown", "DOCTOR"), story.sign_in("hub", "ADMIN")
    at.update(talamban=nurse, downtown=doctor, hub=admin)
    story.told("A nurse signs in at Talamban, a doctor at Downtown, an administrator at the hub.")
    for edge in EDGES:
        node = at[edge].get("/api/sync/node/")
        story.same((node["kind"], node["enrolled"]), ("edge", True), f"what {edge} says it is")
        site[edge] = node["site"]["name"]
        story.wait(CONVERGE_SECONDS, f"{edge} is current", lambda: at[edge].get("/api/sync/status/")["state"] == "current")
    before_total, before = visits_by_site(admin, today)
    story.told(f"Both sites are current. The hub's report counts {before_total} visits today.")

    shared = pick_patient(story, at)
    name = f"{shared['first_name']} {shared['last_name']}"
    story.told(f"{name} is a patient whom both sites know.")

    story.chapter("The line to the hub goes down")
    story.dev("stop", "hub")
    for edge in EDGES:
        story.wait(HUB_AWAY_SECONDS, f"{edge} notices that the hub is away", lambda: not at[edge].get("/api/sync/status/")["hub_reachable"])
    story.told("The hub is gone, and both sites say so.")
    guests = see_walk_ins(story, at, now)
    ours = edit_the_same_patient(story, at, shared["id"], name)
    for edge in EDGES:
        status = at[edge].get("/api/sync/status/")
        story.same(status["state"], "waiting", f"state of {edge} without the hub")
        story.check(status["pending_txns"] >= 5, f"{edge} says that {status['pending_txns']} entries wait for the hub, expected 5 or more")
    story.told("Both sites say: saved here, waiting for the hub.")

    story.chapter("The line is back")
    story.dev("start", "hub")
    story.wait(CONVERGE_SECONDS, "everything is everywhere", lambda: converged(at, guests, shared["id"]))
    story.told("The hub is back. Each walk-in, each visit and every edit is at all three, and equal.")
    conflict = see_the_conflict(story, at, site, shared["id"], ours)
    see_the_rest_settled_by_rule(story, at, shared["id"], ours)

    story.chapter("A doctor asks the patient")
    settle(story, at, shared["id"], conflict)

    story.chapter("What the hub knows in the end")
    total, after = visits_by_site(admin, today)
    for edge in EDGES:
        story.same(after.get(site[edge], 0), before.get(site[edge], 0) + 1, f"visits of today at {site[edge]} in the hub's report")
    story.same(total, before_total + 2, "visits of today in the hub's report")
    story.told(f"The consolidated report counts {total} visits today: " + ", ".join(f"{after[site[edge]]} at {site[edge]}" for edge in EDGES) + ".")


def pick_patient(story, at):
    """One whom all nodes know and who has nothing on the work list."""
    count = at["hub"].count("/api/patients/patients/")
    for _ in range(20):
        found = at["hub"].get(f"/api/patients/patients/?page={random.randrange(count) + 1}&page_size=1")["results"]
        if found and not conflicts_of(at["hub"], found[0]["id"], "open"):
            for edge in EDGES:
                story.same(patient_at(at[edge], found[0]["id"]), patient_at(at["hub"], found[0]["id"]), f"the patient at {edge} and at the hub")
            return found[0]
    raise Broken("no patient without an open conflict: settle some, or make the campus anew")


def see_walk_ins(story, at, now):
    guests = {}
    for edge in EDGES:
        session, person = at[edge], walk_in()
        record = story.promptly(f"registering a walk-in at {edge}", lambda: session.post("/api/patients/patients/", person, expect=(201,)))["patient"]
        for key, value in person.items():
            story.same(record[key], value, f"{key} of the walk-in at {edge}")
        made = story.promptly(f"writing a visit at {edge}",
                              lambda: session.post("/api/patients/medical-records/", visit(record["id"], now, "Acute nasopharyngitis"), expect=(201,)))["record"]
        found = story.promptly(f"finding the walk-in at {edge}", lambda: session.get(f"/api/patients/patients/?search={person['last_name'].split('-')[1]}&page_size=50"))
        story.check(any(row["id"] == record["id"] for row in found["results"]), f"the walk-in at {edge} is not found by name")
        history = story.promptly(f"reading the history at {edge}", lambda: session.get(f"/api/patients/medical-records/?patient={record['id']}"))
        story.same([row["id"] for row in history], [made["id"]], f"the walk-in's history at {edge}")
        guests[edge] = (record["id"], made["id"])
        story.told(f"{person['first_name']} {person['last_name']} walks in at {edge.capitalize()}, is registered, seen, and found again.")
    return guests


def edit_the_same_patient(story, at, patient, name):
    """Both sites change phone, allergies and emergency contact, and each sees its own."""
    ours = {
        "talamban": {"phone_number": new_number(), "allergies": f"Penicillin: rash on both arms ({letters()})",
                     "emergency_contact": "Rosa " + letters().capitalize(), "emergency_contact_number": new_number()},
        "downtown": {"phone_number": new_number(), "allergies": f"Shrimp: swollen lips ({letters()})",
                     "emergency_contact": "Pedro " + letters().capitalize(), "emergency_contact_number": new_number()},
    }
    for edge in EDGES:
        for keys in (("phone_number",), ("allergies",), ("emergency_contact", "emergency_contact_number")):
            story.promptly(f"editing {keys[0]} at {edge}",
                           lambda: at[edge].patch(f"/api/patients/patients/{patient}/", {key: ours[edge][key] for key in keys}, expect=(200,)))
        record, _ = patient_at(at[edge], patient)
        story.same({key: record[key] for key in ours[edge]}, ours[edge], f"what {edge} shows after its own edits")
        story.told(f"{edge.capitalize()} notes for {name}: allergies \"{ours[edge]['allergies']}\", a new phone and emergency contact.")
    return ours


def converged(at, guests, shared):
    for edge in EDGES:
        status = at[edge].get("/api/sync/status/")
        if status["state"] != "current" or status["pending_txns"] != 0:
            return False
    for patient in [shared] + [patient for patient, _ in guests.values()]:
        at_hub = patient_at(at["hub"], patient)
        if any(patient_at(at[edge], patient) != at_hub for edge in EDGES):
            return False
    for _, record in guests.values():
        found = [at[node].get(f"/api/patients/medical-records/{record}/") for node in NODES]
        if found[0] != found[1] or found[1] != found[2]:
            return False
    return True


def see_the_conflict(story, at, site, patient, ours):
    """The allergies are on the work list of all three: both values, who and where."""
    seen = {}
    for node in NODES:
        found = story.wait(SETTLE_SECONDS, f"the conflict is on the work list at {node}", lambda: conflicts_of(at[node], patient, "open"))
        story.same([row["field"] for row in found], ["allergies"], f"the open conflicts at {node}")
        seen[node] = found[0]
        sides = {side["value"]: side for side in (found[0]["kept"], found[0]["other"])}
        story.same(set(sides), {ours[edge]["allergies"] for edge in EDGES}, f"the two values of the conflict at {node}")
        for edge in EDGES:
            side = sides[ours[edge]["allergies"]]
            story.same((side["by"]["id"], side["site"]["name"]), (at[edge].user["id"], site[edge]), f"who wrote \"{side['value']}\" and where, at {node}")
            story.check(side["by"]["name"] and side["at"], f"a side of the conflict at {node} has no name or no time")
        record, _ = patient_at(at[node], patient)
        story.same(record["allergies"], found[0]["kept"]["value"], f"the allergies shown at {node}")
    for edge in EDGES:
        story.same(seen[edge], seen["hub"], f"the conflict at {edge} and at the hub")
    conflict = seen["hub"]
    for side in (conflict["kept"], conflict["other"]):
        story.told(f"To settle, at all three: \"{side['value']}\", says {side['by']['name']} at {side['site']['name']}.")
    return conflict


def see_the_rest_settled_by_rule(story, at, patient, ours):
    """Phone and emergency contact were settled by rule: the same everywhere, still listed, the other value kept."""
    contact = ("emergency_contact", "emergency_contact_number")
    expected = {"phone_number": lambda mine: mine["phone_number"], "emergency_contact": lambda mine: {key: mine[key] for key in contact}}
    for node in NODES:
        listed = conflicts_of(at[node], patient, "auto")
        record, _ = patient_at(at[node], patient)
        for field, value_of in expected.items():
            values = [value_of(ours[edge]) for edge in EDGES]
            found = [row for row in listed if row["field"] == field and row["kept"]["value"] in values and row["other"]["value"] in values]
            story.same(len(found), 1, f"conflicts of {field} settled by rule at {node}")
            story.same(value_of(record), found[0]["kept"]["value"], f"{field} shown at {node}")
    story.told("Phone and emergency contact are settled by rule: the same everywhere, the other values still listed.")


def settle(story, at, patient, conflict):
    doctor = story.sign_in("talamban", "DOCTOR")
    value = f"{conflict['kept']['value']}; {conflict['other']['value']}"
    answer = doctor.post(f"/api/sync/conflicts/{conflict['id']}/resolve/", {"choice": "value", "value": value, "note": "Both, the patient says."},
                         headers={"If-Match": f"\"{conflict['version']}\""}, expect=(200,))
    story.same(answer["status"], "resolved", "the conflict after it was settled")
    story.told("A doctor, now at Talamban, asks the patient: both are true, and writes so.")

    def closed(node):
        record, _ = patient_at(at[node], patient)
        mine = at[node].get(f"/api/sync/conflicts/{conflict['id']}/")
        return record["allergies"] == value and not conflicts_of(at[node], patient, "open") and mine["status"] == "resolved" and mine
    for node in NODES:
        found = story.wait(SETTLE_SECONDS, f"the conflict is closed at {node}", lambda: closed(node))
        story.same(found["resolved_by"]["id"], doctor.user["id"], f"who settled it, at {node}")
    versions = {patient_at(at[node], patient)[1] for node in NODES}
    story.same(len(versions), 1, "versions of the patient on three nodes")
    story.told("It is closed at all three, and all show what the doctor wrote.")

    said = {conflict["kept"]["value"], conflict["other"]["value"], value}
    for node in NODES:
        history = at[node].get(f"/api/sync/history/patient/{patient}/?page_size=200")["results"]
        written = {change["to"] for entry in history for change in entry["changes"] if change["field"] == "allergies"}
        story.check(said <= written, f"the history at {node} lacks {said - written}")
    story.told("The history at each node still holds what either site had written, and who.")


def main():
    story = Story(Campus(sys.argv[1]))
    try:
        play(story)
    except (Broken, Refused, KeyError, OSError, http.client.HTTPException) as problem:
        reason = f"an answer lacks {problem}" if isinstance(problem, KeyError) else problem
        print(f"\nThe story broke: {reason}", file=sys.stderr, flush=True)
        if not story.campus.nodes["hub"].answers():
            subprocess.run([str(ROOT / "dev"), "start", "hub"], stdout=subprocess.DEVNULL)
        return 1
    finally:
        for session in story.people:
            session.close()
    print(f"\nThe story holds: {story.checks} checks in {time.monotonic() - story.began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
