#include "sync/bundle/frame.hpp"

#include "common/crypto/hash.hpp"

#include <zstd.h>

#include <memory>
#include <stdexcept>

namespace himsog::sync {
namespace {

constexpr int level = 9;
constexpr std::size_t least_block = 512;   // a block's tables cost some 50 octets
constexpr std::size_t most_ratio = 2'000;  // columns of equal values shrink to nothing; more than this is a bomb
constexpr std::size_t free_ratio = 64U << 10U;

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::size_t must(std::size_t result) {
    if (ZSTD_isError(result) != 0) throw std::runtime_error{std::string{"zstd: "} + ZSTD_getErrorName(result)};
    return result;
}

Bytes digest(std::string_view bytes) { return crypto::sha256(bytes).substr(0, check_size); }

}  // namespace

Bytes compress(RawBody const& body) {
    std::unique_ptr<ZSTD_CCtx, FreeCompressor> const context{ZSTD_createCCtx()};
    if (!context) throw std::bad_alloc{};
    must(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level));
    must(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0));  // the header says it
    must(ZSTD_CCtx_setPledgedSrcSize(context.get(), body.bytes.size()));

    Bytes out;
    out.resize(ZSTD_compressBound(body.bytes.size()) + body.bytes.size() / least_block * 8 + 64);
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    std::size_t done = 0;
    auto const pass = [&](std::size_t end, ZSTD_EndDirective how) {
        ZSTD_inBuffer input{body.bytes.data() + done, end - done, 0};
        if (must(ZSTD_compressStream2(context.get(), &output, &input, how)) != 0)
            throw std::runtime_error{"zstd: room for a body miscounted"};
        done = end;
    };
    for (auto const cut : body.cuts)
        if (cut >= done + least_block && cut < body.bytes.size()) pass(cut, ZSTD_e_flush);
    pass(body.bytes.size(), ZSTD_e_end);
    out.resize(output.pos);
    return out;
}

Bytes decompress(std::string_view compressed, std::size_t raw_length) {
    if (raw_length > free_ratio && raw_length / most_ratio > compressed.size()) throw MalformedBytes{"body grows beyond reason"};
    std::unique_ptr<ZSTD_DCtx, FreeDecompressor> const context{ZSTD_createDCtx()};
    if (!context) throw std::bad_alloc{};
    Bytes raw;
    raw.resize(raw_length);
    auto const size = ZSTD_decompressDCtx(context.get(), raw.data(), raw.size(), compressed.data(), compressed.size());
    if (ZSTD_isError(size) != 0 || size != raw_length) throw MalformedBytes{"body does not unpack"};
    return raw;
}

void put_check(Bytes& bundle) { bundle += digest(bundle); }

std::string_view checked(std::string_view bundle) {
    if (bundle.size() < check_size) throw MalformedBytes{"bundle ends early"};
    auto const content = bundle.substr(0, bundle.size() - check_size);
    if (digest(content) != bundle.substr(content.size())) throw MalformedBytes{"bundle is damaged"};
    return content;
}

}  // namespace himsog::sync
