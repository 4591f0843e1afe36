/// A load generator for the benchmarks: keep-alive TLS connections driven by one thread, each with one request under way (closed loop).
/// It shares the machine with the server it measures, so it does as little as possible: answers are counted, not read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::load {

/// Latencies in microseconds, to within 1/32.
class Histogram {
public:
    void add(std::uint64_t micros);
    /// The latency that `share` (0 to 1) of all stayed at or below; 0 when there are none.
    std::uint64_t quantile(double share) const;
    std::uint64_t count() const { return count_; }
    std::uint64_t max() const { return max_; }

private:
    static constexpr std::size_t steps = 32;
    std::array<std::uint64_t, 60 * steps> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

struct Settings {
    std::string host = "127.0.0.1";  // address
    std::uint16_t port = 0;
    std::size_t connections = 32;
    double seconds = 10;
    std::string ca_pem;  // the server's certificate must be of it, for this host
};

/// The bytes of request `n` of a connection of the group; they stay valid until the same connection asks again.
using Request = std::function<std::string_view(std::size_t connection, std::uint64_t n)>;

/// Connections that ask alike.
struct Group {
    std::string name;
    std::size_t connections = 0;
    Request request;
};

struct Result {
    std::string name;
    double seconds = 0;  // as measured
    Histogram latency;   // of complete answers, whatever their status
    std::map<int, std::uint64_t> statuses;
    std::uint64_t failures = 0;  // connections that ended or answers that could not be understood
    std::uint64_t bytes = 0;     // of answers, heads included, TLS not

    std::uint64_t requests() const { return latency.count(); }
    double per_second() const { return seconds > 0 ? static_cast<double>(requests()) / seconds : 0; }
    /// Answers 2xx.
    std::uint64_t successes() const;
};

/// Blocks for the time given. Throws std::runtime_error when the first connections cannot be had.
std::vector<Result> run(Settings const& settings, std::vector<Group> const& groups);
/// One group of Settings::connections.
Result run(Settings const& settings, Request const& request);

}  // namespace himsog::load
