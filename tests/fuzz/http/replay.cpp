// Every file of a corpus, then random mutations of them: replay CORPUS COUNT [SEED]. The fuzzer's poor relation, for builds without clang.
#include "common/base/random.hpp"
#include "tests/fuzz/http/request_fuzz.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

constexpr std::array<char const*, 16> words{"\r\n",
                                            "\r\n\r\n",
                                            "\n",
                                            "\r",
                                            " ",
                                            "\t",
                                            ":",
                                            "%00",
                                            "Content-Length: 1\r\n",
                                            "Transfer-Encoding: chunked\r\n",
                                            "Host: x\r\n",
                                            "0\r\n\r\n",
                                            "HTTP/1.0",
                                            ";a=b",
                                            "ffffffff",
                                            "\x7f"};

std::vector<std::string> read_corpus(char const* folder) {
    std::vector<std::string> files;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        std::ifstream file{entry.path(), std::ios::binary};
        files.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
    }
    return files;
}

void mutate(std::string& text, std::vector<std::string> const& corpus, himsog::SeededRandom& random) {
    auto const at = static_cast<std::size_t>(random.below(text.size() + 1));
    auto const span = static_cast<std::size_t>(random.below(8) + 1);
    switch (random.below(6)) {
        case 0:
            if (at < text.size()) text[at] = static_cast<char>(random.next());
            break;
        case 1: text.erase(at, span); break;
        case 2: text.insert(at, text.substr(at, span * 8)); break;
        case 3: text.insert(at, words[static_cast<std::size_t>(random.below(words.size()))]); break;
        case 4: text.insert(at, std::string(span * 64, static_cast<char>(random.next()))); break;
        default: {
            auto const& other = corpus[static_cast<std::size_t>(random.below(corpus.size()))];
            text = text.substr(0, at) + other.substr(static_cast<std::size_t>(random.below(other.size() + 1)));
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    auto const corpus = read_corpus(arguments[1]);
    if (corpus.empty()) return 2;
    for (auto const& file : corpus) himsog::http::fuzz::check_request(file);

    auto const seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1;
    himsog::SeededRandom random{seed};
    auto const wanted = std::strtoull(arguments[2], nullptr, 10);
    for (std::uint64_t i = 0; i < wanted; ++i) {
        auto text = corpus[static_cast<std::size_t>(random.below(corpus.size()))];
        for (auto times = random.below(4) + 1; times > 0; --times) mutate(text, corpus, random);
        himsog::http::fuzz::check_request(text);
    }
    std::printf("%zu files, %llu mutations, seed %llu\n", corpus.size(), wanted, seed);
    return 0;
}
