#include "tests/simulation/process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace himsog::simulation {

namespace {

// Lines of a child: "c COUNT NAME" or "f SEED WORDS".
void play_share(std::uint64_t first, std::uint64_t last, unsigned stride, PlaySeed const& play, bool stops_at_failure, std::FILE* out) {
    Counters counters;
    for (auto seed = first; seed < last; seed += stride) {
        auto const failure = play(seed, counters);
        if (!failure) continue;
        std::fprintf(out, "f %llu %s\n", static_cast<unsigned long long>(seed), failure->c_str());
        std::fflush(out);
        if (stops_at_failure) break;
    }
    for (auto const& [name, count] : counters.all()) std::fprintf(out, "c %llu %s\n", static_cast<unsigned long long>(count), name.c_str());
    std::fflush(out);
}

void read_share(std::FILE* in, PlayedSeeds& played) {
    char* line = nullptr;
    std::size_t size = 0;
    for (ssize_t length = getline(&line, &size, in); length > 0; length = getline(&line, &size, in)) {
        std::string const text{line, static_cast<std::size_t>(length - 1)};
        auto const space = text.find(' ', 2);
        auto const number = std::strtoull(text.c_str() + 2, nullptr, 10);
        auto const words = text.substr(space + 1);
        if (text[0] == 'c') played.counters.add(words, number);
        else played.failures[number] = words;
    }
    std::free(line);
    std::fclose(in);
}

}  // namespace

PlayedSeeds play_in_processes(std::uint64_t first, std::uint64_t seeds, unsigned jobs, PlaySeed const& play, bool stops_at_failure) {
    std::vector<std::pair<pid_t, int>> children;
    std::fflush(stdout);
    for (unsigned job = 0; job < jobs; ++job) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
        auto const child = fork();
        if (child < 0) throw std::runtime_error{"no process"};
        if (child == 0) {
            close(ends[0]);
            play_share(first + job, first + seeds, jobs, play, stops_at_failure, fdopen(ends[1], "w"));
            std::_Exit(0);
        }
        close(ends[1]);
        children.emplace_back(child, ends[0]);
    }
    PlayedSeeds played;
    for (auto const& [child, end] : children) {
        read_share(fdopen(end, "r"), played);
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0) played.failures[0] = "a process of the simulation died";
    }
    return played;
}

}  // namespace himsog::simulation
