#include "sync/transport/curl_client.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <mutex>
#include <stdexcept>

namespace himsog::sync {
namespace {

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error{"libcurl does not start"};
    });
}

curl_blob blob_of(std::string const& bytes) {
    // CURL_BLOB_COPY: curl keeps its own copy, so the pointer is only read.
    return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
}

Bytes fingerprint_of(X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    return Bytes{reinterpret_cast<char const*>(digest.data()), size};
}

/// The chain that the server sent must hold the certificate that the code names, and be signed by it: it becomes the only trusted one,
/// and OpenSSL's ordinary verification decides. Nothing is accepted before.
int verify_pinned(X509_STORE_CTX* context, void* pinned) {
    auto const& wanted = *static_cast<Bytes const*>(pinned);
    auto* const sent = X509_STORE_CTX_get0_untrusted(context);
    for (int i = 0; i < sk_X509_num(sent); ++i) {
        auto* const certificate = sk_X509_value(sent, i);
        if (fingerprint_of(certificate) != wanted) continue;
        auto* const trusted = sk_X509_new_null();
        if (trusted == nullptr || sk_X509_push(trusted, certificate) == 0) break;
        X509_STORE_CTX_set0_trusted_stack(context, trusted);
        auto const verified = X509_verify_cert(context);
        sk_X509_free(trusted);
        return verified;
    }
    X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_UNTRUSTED);
    return 0;
}

bool carries_uri(X509* certificate, std::string const& uri) {
    auto* const names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        auto const* const name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) continue;
        auto const* const text = name->d.uniformResourceIdentifier;
        found = found || std::string_view{reinterpret_cast<char const*>(ASN1_STRING_get0_data(text)),
                                          static_cast<std::size_t>(ASN1_STRING_length(text))} == uri;
    }
    GENERAL_NAMES_free(names);
    return found;
}

/// A certificate of the authority is not enough: every site has one. The name says that it is the hub's.
int verify_uri(X509_STORE_CTX* context, void* uri) {
    if (X509_verify_cert(context) != 1) return 0;
    if (carries_uri(X509_STORE_CTX_get0_cert(context), *static_cast<std::string const*>(uri))) return 1;
    X509_STORE_CTX_set_error(context, X509_V_ERR_HOSTNAME_MISMATCH);
    return 0;
}

CURLcode check_uri(CURL*, void* context, void* uri) {
    SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), verify_uri, uri);
    return CURLE_OK;
}

CURLcode pin(CURL*, void* context, void* pinned) {
    SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), verify_pinned, pinned);
    return CURLE_OK;
}

}  // namespace

struct CurlClient::Impl {
    explicit Impl(ClientSettings wanted) : settings{std::move(wanted)} {
        start_curl();
        handle = curl_easy_init();
        if (handle == nullptr) throw std::runtime_error{"libcurl does not start"};
        configure();
    }
    ~Impl() { curl_easy_cleanup(handle); }
    Impl(Impl const&) = delete;
    Impl& operator=(Impl const&) = delete;

    void configure() {
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect.count()));
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total.count()));
        curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Impl::take);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
        if (!settings.unix_socket.empty()) curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, settings.unix_socket.c_str());
        if (!settings.authority.empty()) {
            auto blob = blob_of(settings.authority);
            curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
            curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
        }
        if (!settings.certificate.empty()) {
            auto certificate = blob_of(settings.certificate);
            auto key = blob_of(settings.key);
            curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, "PEM");
            curl_easy_setopt(handle, CURLOPT_SSLKEYTYPE, "PEM");
            curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
            curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
        }
        if (!settings.server_uri.empty()) {
            curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
            curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, &check_uri);
            curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, &settings.server_uri);
        }
        if (!settings.pinned_fingerprint.empty()) {
            curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, &pin);
            curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, &settings.pinned_fingerprint);
        }
    }

    static std::size_t take(char* data, std::size_t one, std::size_t count, void* self) {
        auto& impl = *static_cast<Impl*>(self);
        auto const size = one * count;
        if (impl.body.size() + size > impl.settings.most_answer_bytes) return 0;  // curl ends the transfer
        impl.body.append(data, size);
        return size;
    }

    ClientSettings settings;
    CURL* handle = nullptr;
    std::string body;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

CurlClient::CurlClient(ClientSettings settings) : impl_{std::make_unique<Impl>(std::move(settings))} {}

CurlClient::~CurlClient() = default;

std::uint64_t CurlClient::sent() const { return impl_->sent; }
std::uint64_t CurlClient::received() const { return impl_->received; }

Result<ClientAnswer> CurlClient::post(std::string_view path, std::string_view body, std::string_view content_type) {
    auto* const handle = impl_->handle;
    auto const url = impl_->settings.base_url + std::string{path};
    curl_slist* headers = curl_slist_append(nullptr, ("Content-Type: " + std::string{content_type}).c_str());
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, "Accept:");
    impl_->body.clear();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    auto const code = curl_easy_perform(handle);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
    curl_slist_free_all(headers);

    long request_size = 0;
    long header_size = 0;
    curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &request_size);
    curl_easy_getinfo(handle, CURLINFO_HEADER_SIZE, &header_size);
    impl_->sent += static_cast<std::uint64_t>(request_size) + (code == CURLE_OK ? body.size() : 0);
    impl_->received += static_cast<std::uint64_t>(header_size) + impl_->body.size();
    if (code != CURLE_OK) return Problem{ProblemKind::unavailable, curl_easy_strerror(code)};
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return ClientAnswer{static_cast<int>(status), std::move(impl_->body)};
}

}  // namespace himsog::sync
