/// The value of one field as the database and the wire know it. Plain data, any thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/uuid.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace himsog::db {
class Statement;
}  // namespace himsog::db

namespace himsog::journal {

/// NULL, integer, text or blob. No floating point: decimals are scaled integers, so that equal values have equal bytes everywhere.
class Value {
public:
    Value() = default;
    template <class Integer>
    requires std::is_integral_v<Integer> Value(Integer number) : state_{static_cast<std::int64_t>(number)} {}
    Value(std::string text) : state_{std::move(text)} {}
    Value(std::string_view text) : state_{std::string{text}} {}
    Value(char const* text) : state_{std::string{text}} {}
    Value(Uuid const& id) : state_{Blob{Bytes{id.bytes()}}} {}
    static Value blob(std::string_view bytes) { return Value{Blob{Bytes{bytes}}}; }

    auto operator<=>(Value const&) const = default;

    bool is_null() const { return state_.index() == 0; }
    bool is_integer() const { return state_.index() == 1; }
    bool is_text() const { return state_.index() == 2; }
    bool is_blob() const { return state_.index() == 3; }
    /// 0 for everything but an integer.
    std::int64_t integer() const { return is_integer() ? std::get<1>(state_) : 0; }
    /// "" for everything but a text.
    std::string_view text() const { return is_text() ? std::string_view{std::get<2>(state_)} : std::string_view{}; }
    std::string_view bytes() const { return is_blob() ? std::string_view{std::get<3>(state_).bytes} : std::string_view{}; }
    /// Nil for everything but a 16-byte blob.
    Uuid uuid() const { return bytes().size() == 16 ? Uuid::from_bytes(bytes()) : Uuid{}; }

    /// Tagged form (SYNC.md section 2): 0 null, 1 integer zig-zag, 2 text, 3 blob with their lengths.
    void write(Bytes& out) const;
    static Value read(ByteReader& in);

    /// Binds to the statement's next parameter.
    void bind(db::Statement& statement) const;
    static Value column(db::Statement const& statement, int column);

private:
    struct Blob {
        Bytes bytes;
        auto operator<=>(Blob const&) const = default;
    };
    explicit Value(Blob blob) : state_{std::move(blob)} {}

    std::variant<std::monostate, std::int64_t, std::string, Blob> state_;
};

/// The values of a register (its fields in order), or of a whole row (all fields in the entity's order).
using Values = std::vector<Value>;

}  // namespace himsog::journal
