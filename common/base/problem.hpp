/// What went wrong, as a value: one type for every layer; HTTP status and body are made of it in common/http.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace himsog {

/// One kind for each status the API answers.
enum class ProblemKind {
    bad_request,          // 400
    unauthenticated,      // 401
    forbidden,            // 403
    not_found,            // 404
    method_not_allowed,   // 405
    not_acceptable,       // 406
    conflict,             // 409
    precondition_failed,  // 412
    too_large,            // 413
    unsupported_media,    // 415
    too_many_requests,    // 429
    internal,             // 500
    unavailable,          // 503
    storage_full,         // 507
};

/// Field name → messages, in field order of the name.
using FieldErrors = std::map<std::string, std::vector<std::string>>;

/// A class with constructors, not an aggregate: it travels through coroutines (STYLE.md 2.6, g++ 12).
class Problem {
public:
    Problem(ProblemKind kind, std::string detail) : kind_{kind}, detail_{std::move(detail)} {}
    explicit Problem(FieldErrors fields) : kind_{ProblemKind::bad_request}, fields_{std::move(fields)} {}

    ProblemKind kind() const { return kind_; }
    std::string const& detail() const { return detail_; }
    FieldErrors const& fields() const { return fields_; }

    /// Keys beside `detail` (contract E5): name → JSON text of the value, in the order added.
    std::vector<std::pair<std::string, std::string>> const& extra() const { return extra_; }
    Problem& with(std::string name, std::string json) & {
        extra_.emplace_back(std::move(name), std::move(json));
        return *this;
    }
    Problem&& with(std::string name, std::string json) && {
        extra_.emplace_back(std::move(name), std::move(json));
        return std::move(*this);
    }

private:
    ProblemKind kind_;
    std::string detail_;
    FieldErrors fields_;
    std::vector<std::pair<std::string, std::string>> extra_;
};

/// 400 for bad_request and so on.
int status_of(ProblemKind kind);

/// A value or a problem; spelled like std::expected, which it becomes with C++23.
template <class T> class Result {
public:
    Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
    Result(Problem problem) : state_{std::in_place_index<1>, std::move(problem)} {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() { return std::get<0>(state_); }
    T const& value() const { return std::get<0>(state_); }
    T& operator*() { return value(); }
    T const& operator*() const { return value(); }
    T* operator->() { return &value(); }
    T const* operator->() const { return &value(); }
    Problem const& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Problem> state_;
};

}  // namespace himsog
