// libFuzzer target (clang): bytes behind a fitting check value are refused as malformed, or mean one thing.
#include "sync/bundle/bundle.hpp"
#include "sync/bundle/frame.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>

using namespace himsog;

namespace {

std::optional<sync::Decoded> decoded_from(Bytes const& bundle) {
    try {
        return sync::decode_any_schema(bundle);
    } catch (MalformedBytes const&) {
        return std::nullopt;
    }
}

Bytes row_wise(std::vector<journal::Txn> const& txns) {
    Bytes out;
    for (auto const& txn : txns) write_txn(out, txn);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static journal::Dictionary const dictionary{{}};
    Bytes bundle{reinterpret_cast<char const*>(data), size};
    sync::put_check(bundle);
    auto const decoded = decoded_from(bundle);
    if (!decoded) return 0;
    try {
        auto const again = decoded_from(sync::encode(dictionary, decoded->txns, decoded->signatures, decoded->header));
        if (!again || row_wise(again->txns) != row_wise(decoded->txns)) std::abort();
    } catch (std::length_error const&) {  // more than a writer of ours would put into one bundle
    }
    return 0;
}
