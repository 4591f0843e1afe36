/// What a run exercised. One thread; processes send theirs as text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace himsog::simulation {

/// Each of these must reach 1,000 over 2,000 seeds (half a time a seed), or the run proves too little and fails.
std::vector<std::string> const& required_counters();

class Counters {
public:
    void add(std::string const& name, std::uint64_t count = 1) { counts_[name] += count; }
    std::uint64_t of(std::string const& name) const;
    void add(Counters const& others);
    std::map<std::string, std::uint64_t> const& all() const { return counts_; }
    /// Names that a run of so many seeds did not exercise enough.
    std::vector<std::string> lacking(std::uint64_t seeds) const;

private:
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace himsog::simulation
