#include "common/base/calendar.hpp"
#include "common/base/random.hpp"
#include "common/crypto/hash.hpp"
#include "provisioning/demo.hpp"
#include "provisioning/operator_client.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <thread>

namespace himsog::provisioning {
namespace {

using nlohmann::json;

constexpr std::uint64_t campus_seed = 20261124;
constexpr std::size_t in_one_request = 500;
constexpr int days_of_history = 730;
constexpr char const* author = "nurse@usc.edu.ph";

constexpr std::array<char const*, 24> women{"Maria",      "Ana",       "Maria Niña", "Angelica", "Jasmine",  "Althea",
                                            "Princess",   "Kristine",  "Rosario",    "Carmela",  "Lourdes",  "Bea",
                                            "Trisha Mae", "Nicole",    "Catherine",  "Joy",      "Gretchen", "Fe",
                                            "Liezl",      "Charmaine", "Hazel",      "Ivy Rose", "Clarisse", "Dianne"};
constexpr std::array<char const*, 24> men{"Jose",   "Juan Miguel", "Mark Anthony", "John Paul", "Christian", "Jericho",
                                          "Angelo", "Rafael",      "Emmanuel",     "Carlo",     "Paolo",     "Francis",
                                          "Joshua", "Kenneth",     "Nathaniel",    "Vincent",   "Rodel",     "Ariel",
                                          "Dennis", "Jomar",       "Gabriel",      "Noel",      "Ian",       "Renz"};
constexpr std::array<char const*, 40> surnames{
    "Santos",   "Reyes",     "Cruz",     "Bautista", "Ocampo",  "Garcia",   "Mendoza", "Torres",  "Villanueva", "Ramos",
    "Castillo", "Dela Cruz", "Peñaflor", "Abellana", "Cabahug", "Ouano",    "Osmeña",  "Sanchez", "Tan",        "Lim",
    "Go",       "Uy",        "Ybañez",   "Cañete",   "Alcover", "Borromeo", "Cuenco",  "Duterte", "Echavez",    "Flores",
    "Gullas",   "Jakosalem", "Labra",    "Mabanag",  "Nuñez",   "Pacaña",   "Quijano", "Rama",    "Sotto",      "Tumulak"};
constexpr std::array<char const*, 12> allergies{"",           "",       "",        "",          "None known",  "None known",
                                                "Penicillin", "Shrimp", "Peanuts", "Ibuprofen", "Sulfa drugs", "Dust"};

struct Complaint {
    char const* concern;
    char const* diagnosis;
    char const* treatment;
};
constexpr std::array<Complaint, 12> complaints{
    {{"Cough and colds for three days", "Viral upper respiratory infection", "Rest, fluids, paracetamol 500 mg every 6 hours as needed"},
     {"Headache since this morning", "Tension headache", "Paracetamol 500 mg, rest in a dark room"},
     {"Fever and body pain", "Dengue, to be ruled out", "Complete blood count, fluids, return tomorrow"},
     {"Stomach pain after lunch", "Acute gastritis", "Aluminium hydroxide, small meals, no coffee"},
     {"Loose stools, four times", "Acute gastroenteritis", "Oral rehydration, bland diet"},
     {"Sprained ankle at basketball", "Ankle sprain, grade I", "Cold compress, elastic bandage, rest"},
     {"Itchy rash on both arms", "Contact dermatitis", "Cetirizine 10 mg at bedtime, avoid the soap"},
     {"Menstrual cramps", "Primary dysmenorrhea", "Mefenamic acid 500 mg with food"},
     {"Difficulty sleeping before exams", "Insomnia, stress related", "Sleep hygiene, counselling offered"},
     {"Sore throat", "Acute tonsillopharyngitis", "Warm salt gargle, paracetamol, review in three days"},
     {"Asthma acting up at night", "Bronchial asthma, mild exacerbation", "Salbutamol inhaler, two puffs as needed"},
     {"Medical check for sports", "Healthy, fit for sports", "Advice on warm-up and hydration"}}};

template <class List> auto pick(Random& random, List const& list) { return list[random.below(list.size())]; }

std::string digits(Random& random, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += static_cast<char>('0' + random.below(10));
    return out;
}

/// All of it from one seed and the site's name: ids too, so that a second time nothing is new.
class Generator {
public:
    Generator(std::string const& site, Instant now) : random_{seed_of(site)}, today_{date_of(now, Zone{})} {}

    json patient() {
        bool const woman = random_.below(2) == 0;
        std::string const first = woman ? pick(random_, women) : pick(random_, men);
        std::string const last = pick(random_, surnames);
        auto const id = next_id();
        ids_.push_back(id);
        json row = {{"id", id},
                    {"first_name", first},
                    {"middle_name", pick(random_, surnames)},
                    {"last_name", last},
                    {"date_of_birth", Date{today_.days - 365 * 17 - static_cast<std::int32_t>(random_.below(365 * 9))}.text()},
                    {"gender", woman ? "F" : "M"},
                    {"phone_number", "09" + digits(random_, 9)},
                    {"address", "Barangay " + std::string{pick(random_, surnames)} + ", Cebu City"},
                    {"usc_id", "2" + digits(random_, 7)},
                    {"course", std::to_string(1 + random_.below(44))},
                    {"year_level", std::to_string(1 + random_.below(4))},
                    {"emergency_contact", std::string{pick(random_, women)} + " " + last},
                    {"emergency_contact_number", "09" + digits(random_, 9)},
                    {"nationality", "Filipino"}};
        std::string const allergy = pick(random_, allergies);
        if (!allergy.empty()) row["allergies"] = allergy;
        return row;
    }

    json visit() {
        auto const& complaint = complaints[random_.below(complaints.size())];
        auto const fever = random_.below(5) == 0;
        json row = {{"id", next_id()},
                    {"patient", ids_.at(random_.below(ids_.size()))},
                    {"visit_date", to_text(moment(), Zone{})},
                    {"concern", complaint.concern},
                    {"diagnosis", complaint.diagnosis},
                    {"treatment", complaint.treatment}};
        row["vital_signs"] = {{"temperature", static_cast<double>(fever ? 378 + random_.below(15) : 361 + random_.below(13)) / 10},
                              {"blood_pressure", std::to_string(100 + random_.below(35)) + "/" + std::to_string(62 + random_.below(22))},
                              {"pulse_rate", 62 + random_.below(38)},
                              {"respiratory_rate", 13 + random_.below(7)},
                              {"oxygen_saturation", 95 + random_.below(5)}};
        if (random_.below(3) == 0) row["notes"] = "Excused from class today.";
        return row;
    }

private:
    static std::uint64_t seed_of(std::string const& site) {
        auto const digest = crypto::sha256("demo " + std::to_string(campus_seed) + ' ' + site);
        return ByteReader{digest}.fixed64();
    }

    std::string next_id() {
        constexpr std::int64_t first_ms = 1'700'000'000'000;
        auto const bytes = random_.bytes(10);
        return Uuid::v7(first_ms + 1000 * static_cast<std::int64_t>(made_++), bytes).text();
    }

    /// A weekday between 8 and 17 in Manila, down to the second.
    Instant moment() {
        auto day = today_.days - 1 - static_cast<std::int32_t>(random_.below(days_of_history));
        while ((day + 3) % 7 >= 5) --day;  // 1970-01-01 was a Thursday
        auto const seconds = static_cast<std::int64_t>(8 * 3600 + random_.below(9 * 3600));
        return start_of(Date{day}, Zone{}) + std::chrono::seconds{seconds};
    }

    SeededRandom random_;
    Date today_;
    std::uint64_t made_ = 0;
    std::vector<std::string> ids_;
};

void send(node::Config const& config, char const* entity, int count, std::function<json()> const& next) {
    for (int done = 0; done < count;) {
        auto records = json::array();
        for (; done < count && records.size() < in_one_request; ++done) records.push_back(next());
        ask(config, "/operator/records/", json{{"entity", entity}, {"actor_email", author}, {"records", std::move(records)}}.dump());
    }
}

/// An edge that has just joined does not know the accounts yet: they come with its first session.
void wait_for_author(node::Config const& config) {
    constexpr int most_tries = 120;
    for (int tries = 0;; ++tries) {
        try {
            ask(config, "/operator/records/", json{{"entity", "patient"}, {"actor_email", author}, {"records", json::array()}}.dump());
            return;
        } catch (std::runtime_error const&) {
            if (tries == most_tries || !is_running(config)) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{500});
        }
    }
}

}  // namespace

void seed(node::Config const& config, std::string const& site, int patients, int visits) {
    wait_for_author(config);
    SystemClock clock;
    Generator generator{site, clock.now()};
    send(config, "patient", patients, [&] { return generator.patient(); });
    send(config, "medical_record", visits, [&] { return generator.visit(); });
    std::printf("%d patients and %d visits at %s\n", patients, visits, site.c_str());
}

}  // namespace himsog::provisioning
