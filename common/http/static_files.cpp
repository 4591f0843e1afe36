#include "common/http/static_files.hpp"

#include "common/base/bytes.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace himsog::http {
namespace {

constexpr std::string_view prefix = "/static/";

std::string type_of(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, char const*>, 20> types{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".ttf", "font/ttf"},
        {".wasm", "application/wasm"},
        {".txt", "text/plain; charset=utf-8"},
        {".xml", "application/xml"},
        {".pdf", "application/pdf"},
    }};
    for (auto const& [ending, type] : types)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

std::string read_whole(std::filesystem::path const& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{"cannot read " + path.string()};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

/// The first 16 octets of SHA-256, quoted.
std::string etag_of(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 failed"};
    return '"' + to_hex({reinterpret_cast<char const*>(digest.data()), 16}) + '"';
}

/// True when the comma-separated list names `coding` and does not give it q=0.
bool accepts(std::string_view list, std::string_view coding) {
    while (!list.empty()) {
        auto item = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), item.size() + 1));
        auto const semicolon = std::min(item.find(';'), item.size());
        if (!same_name(trimmed(item.substr(0, semicolon)), coding)) continue;
        auto const quality = trimmed(item.substr(std::min(item.size(), semicolon + 1)));
        return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000";
    }
    return false;
}

bool lists_tag(std::string_view if_none_match, std::string_view etag) {
    return trimmed(if_none_match) == "*" || if_none_match.find(etag) != std::string_view::npos;
}

Response missing(std::string sentence) { return Response{404, std::move(sentence), "text/plain; charset=utf-8"}; }

}  // namespace

StaticFiles::StaticFiles(std::filesystem::path const& web_root) {
    if (!std::filesystem::is_directory(web_root)) return;
    for (auto const& entry : std::filesystem::recursive_directory_iterator{web_root}) {
        auto name = entry.path().lexically_relative(web_root).generic_string();
        if (!entry.is_regular_file() || name.ends_with(".br") || name.ends_with(".gz")) continue;

        File file;
        file.plain = read_whole(entry.path());
        file.etag = etag_of(file.plain);
        file.type = type_of(name);
        file.hashed_name = name.starts_with("assets/");
        for (auto const& [ending, form] : {std::pair{".br", &file.brotli}, std::pair{".gz", &file.gzip}})
            if (auto const packed = entry.path().string() + ending; std::filesystem::is_regular_file(packed)) *form = read_whole(packed);
        files_.emplace(std::move(name), std::move(file));
    }
}

Response StaticFiles::answer(Request const& request) const {
    if (request.path.starts_with(prefix)) {
        auto const found = files_.find(std::string_view{request.path}.substr(prefix.size()));
        if (found == files_.end()) return missing("There is no such file.\n");
        return serve(found->second, request, found->second.hashed_name ? "public, max-age=31536000, immutable" : "public, max-age=60");
    }
    auto const index = files_.find("index.html");
    if (index == files_.end()) return missing("The pages are not installed on this node; its API is under /api/.\n");
    return serve(index->second, request, "no-cache");
}

Response StaticFiles::serve(File const& file, Request const& request, std::string_view caching) const {
    auto const codings = request.header("Accept-Encoding");
    bool const brotli = !file.brotli.empty() && accepts(codings, "br");
    bool const gzip = !brotli && !file.gzip.empty() && accepts(codings, "gzip");

    auto etag = file.etag;  // each form has its own, as they differ in bytes
    if (brotli || gzip) etag.insert(etag.size() - 1, brotli ? "-br" : "-gz");
    bool const known = lists_tag(request.header("If-None-Match"), etag);

    Response response{known ? 304 : 200, {}, known ? std::string{} : file.type};
    if (!known) response.body = brotli ? file.brotli : gzip ? file.gzip : file.plain;
    if (!known && (brotli || gzip)) response.header("Content-Encoding", brotli ? "br" : "gzip");
    response.header("ETag", std::move(etag)).header("Cache-Control", std::string{caching}).header("Vary", "Accept-Encoding");
    return response;
}

Handler StaticFiles::handler(std::shared_ptr<StaticFiles const> files) {
    return [files = std::move(files)](Request&& request, PathArgs const&, Responder responder) { responder.send(files->answer(request)); };
}

}  // namespace himsog::http
