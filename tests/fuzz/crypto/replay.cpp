// Genuine codes, requests and certificates, then random mutations of them and of their octets: replay COUNT [SEED].
#include "common/base/random.hpp"
#include "common/crypto/enrolment_code.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/pki.hpp"
#include "tests/fuzz/crypto/crypto_fuzz.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace himsog;
using namespace himsog::crypto;

namespace {

/// A text as it travels is `before` + base64 of `octets` + `after`; the octets are empty where the text itself is to be mutated.
struct Sample {
    std::string before;
    Bytes octets;
    std::string after;
    std::string (*encode)(std::string_view);

    std::string text() const { return before + encode(octets) + after; }
};

std::string as_it_is(std::string_view bytes) { return std::string{bytes}; }

Sample code_octets(EnrolmentCode const& code) {
    auto const text = code.text();
    return {text.substr(0, 8), *from_base64url(std::string_view{text}.substr(8)), {}, to_base64url};
}

Sample request_octets(std::string const& pem) {
    return {"-----BEGIN CERTIFICATE REQUEST-----\n", *request_der(pem), "\n-----END CERTIFICATE REQUEST-----\n", to_base64};
}

std::vector<Sample> genuine(SeededRandom& random) {
    Instant const now{1'764'000'000'000'000};
    auto const authority = make_authority("himsog USC", now, random);
    auto const box = make_request("talamban");
    auto const node = *issue_node(authority, box.request, 3, NodeRole::edge, now, random);
    auto const web = *issue_web(authority, box.request, {"localhost", "127.0.0.1", "::1"}, now, random);
    auto const code = EnrolmentCode::make("https://hub.usc.edu.ph:8440", sha256(authority.certificate), Uuid::v7(1, random.bytes(10)));

    std::vector<Sample> samples{code_octets(code), request_octets(box.request)};
    for (auto const& text : {code.text(), box.request, node, web, authority.certificate}) samples.push_back({{}, text, {}, as_it_is});
    return samples;
}

void mutate(Bytes& octets, SeededRandom& random) {
    auto const at = static_cast<std::size_t>(random.below(octets.size() + 1));
    auto const span = static_cast<std::size_t>(random.below(8) + 1);
    switch (random.below(6)) {
        case 0:
            if (at < octets.size()) octets[at] = static_cast<char>(random.next());
            break;
        case 1:
            if (at < octets.size()) octets[at] = static_cast<char>(octets[at] ^ (1 << random.below(8)));
            break;
        case 2: octets.erase(at, span); break;
        case 3: octets.insert(at, octets.substr(at, span * 8)); break;
        case 4: octets.insert(at, random.bytes(span)); break;
        default: octets.resize(at);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    auto const wanted = std::strtoull(arguments[1], nullptr, 10);
    SeededRandom random{count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1};
    auto const samples = genuine(random);
    for (auto const& sample : samples)
        if (!fuzz::check_text(sample.text())) return 1;

    unsigned long long accepted = 0;
    for (unsigned long long i = 0; i < wanted; ++i) {
        auto sample = samples[static_cast<std::size_t>(random.below(samples.size()))];
        for (auto mutations = random.below(4) + 1; mutations > 0; --mutations) mutate(sample.octets, random);
        accepted += fuzz::check_text(sample.text()) ? 1 : 0;
    }
    std::printf("%llu mutated texts, %llu still accepted\n", wanted, accepted);
    return 0;
}
