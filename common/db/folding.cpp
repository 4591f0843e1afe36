#include "common/db/folding.hpp"

namespace himsog::db {

std::string folded(std::string_view text) {
    std::string out{text};
    for (std::size_t i = 0; i < out.size(); ++i) {
        auto const c = static_cast<unsigned char>(out[i]);
        if (c >= 'A' && c <= 'Z') out[i] = static_cast<char>(c + 32);
        if (i + 1 >= out.size()) break;
        auto const next = static_cast<unsigned char>(out[i + 1]);
        if (c == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97) out[i + 1] = static_cast<char>(next + 32);  // À to Þ, without ×
        else if (c == 0xc4 && next >= 0x80 && next <= 0xb7 && next % 2 == 0) out[i + 1] = static_cast<char>(next + 1);  // Ā to ķ
        else if (c == 0xc5 && next >= 0x8a && next <= 0xb7 && next % 2 == 0) out[i + 1] = static_cast<char>(next + 1);  // Ŋ to ŷ
    }
    return out;
}

}  // namespace himsog::db
