#include "sync/transport/curl_client.hpp"

#include "common/crypto/openssl.hpp"
#include "sync/transport/server_check.hpp"

#include <curl/curl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace himsog::sync {
namespace {

void start_curl() {
    static bool const started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (!started) throw std::runtime_error{"libcurl does not start"};
}

/// What is left out silently could be the check of the server, so nothing is.
template <class T> void set(CURL* handle, CURLoption option, T value) {
    if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw std::runtime_error{"this libcurl lacks an option that himsog needs"};
}

void set_blob(CURL* handle, CURLoption option, std::string const& bytes) {
    // CURL_BLOB_COPY: curl keeps its own copy, so the pointer is only read.
    curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
    set(handle, option, &blob);
}

struct Carried {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

Carried carried_by(curl_socket_t socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    return {info.tcpi_bytes_sent, info.tcpi_bytes_received};
}

struct Headers {
    curl_slist* list = nullptr;

    Headers() = default;
    Headers(Headers const&) = delete;
    Headers& operator=(Headers const&) = delete;
    ~Headers() { curl_slist_free_all(list); }
    void add(std::string const& line) {
        auto* const longer = curl_slist_append(list, line.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        list = longer;
    }
};

}  // namespace

struct CurlClient::Impl {
    explicit Impl(ClientSettings wanted)
        : settings{std::move(wanted)}, rule{settings.authority, settings.pinned_fingerprint, settings.server_uri, settings.now} {
        if (!rule.now) rule.now = [] { return SystemClock{}.now(); };
        bool const believes_someone = !settings.authority.empty() || !settings.pinned_fingerprint.empty();
        if (settings.unix_socket.empty() && !believes_someone)
            throw std::invalid_argument{"an https client needs an authority or a fingerprint"};
        start_curl();
        handle.reset(curl_easy_init());
        if (!handle) throw std::runtime_error{"libcurl does not start"};
        set_transfer();
        if (settings.unix_socket.empty()) set_tls();
        else set(handle.get(), CURLOPT_UNIX_SOCKET_PATH, settings.unix_socket.c_str());
    }

    void set_transfer() {
        auto* const curl = handle.get();
        set(curl, CURLOPT_PROTOCOLS_STR, settings.unix_socket.empty() ? "https" : "http");
        set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(curl, CURLOPT_NOSIGNAL, 1L);
        set(curl, CURLOPT_NOPROXY, "*");
        set(curl, CURLOPT_TCP_NODELAY, 1L);
        set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect.count()));
        set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall.count()));
        set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total.count()));
        set(curl, CURLOPT_WRITEFUNCTION, &Impl::take);
        set(curl, CURLOPT_WRITEDATA, this);
        set(curl, CURLOPT_CLOSESOCKETFUNCTION, &Impl::close_socket);
        set(curl, CURLOPT_CLOSESOCKETDATA, this);
    }

    /// Our check takes the place of OpenSSL's; the host name is compared by libcurl unless the certificate is known by its URI name.
    /// No session is resumed: a resumed one would not be checked again.
    void set_tls() {
        auto* const curl = handle.get();
        set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
        set(curl, CURLOPT_SSL_VERIFYHOST, settings.server_uri.empty() ? 2L : 0L);
        set(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
        set(curl, CURLOPT_CAINFO, static_cast<char const*>(nullptr));
        set(curl, CURLOPT_CAPATH, static_cast<char const*>(nullptr));
        set(curl, CURLOPT_SSL_CTX_FUNCTION, &Impl::prepare_tls);
        set(curl, CURLOPT_SSL_CTX_DATA, this);
        if (settings.certificate.empty()) return;
        set(curl, CURLOPT_SSLCERTTYPE, "PEM");
        set(curl, CURLOPT_SSLKEYTYPE, "PEM");
        set_blob(curl, CURLOPT_SSLCERT_BLOB, settings.certificate);
        set_blob(curl, CURLOPT_SSLKEY_BLOB, settings.key);
    }

    static CURLcode prepare_tls(CURL*, void* context, void* self) {
        SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), &Impl::check, self);
        return CURLE_OK;
    }

    /// Called within the handshake, before one octet of ours is sent under it. Whatever goes wrong here refuses the server.
    static int check(X509_STORE_CTX* context, void* self) try {
        auto& impl = *static_cast<Impl*>(self);
        auto const der = [](X509* certificate) { return crypto::der_of(certificate, i2d_X509); };
        std::vector<Bytes> chain;
        auto* const sent = X509_STORE_CTX_get0_untrusted(context);
        for (int i = 0; i < sk_X509_num(sent); ++i) chain.push_back(der(sk_X509_value(sent, i)));
        auto const checked = check_server(impl.rule, der(X509_STORE_CTX_get0_cert(context)), chain);
        if (checked) return 1;
        impl.refusal = checked.error().detail();
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    } catch (std::exception const&) {
        X509_STORE_CTX_set_error(context, X509_V_ERR_UNSPECIFIED);
        return 0;
    }

    static std::size_t take(char* data, std::size_t one, std::size_t count, void* self) {
        auto& impl = *static_cast<Impl*>(self);
        auto const size = one * count;
        if (size > impl.settings.most_answer_bytes - impl.body.size()) {
            impl.refusal = "The answer is longer than allowed.";
            return 0;  // curl ends the transfer
        }
        impl.body.append(data, size);
        return size;
    }

    static int close_socket(void* self, curl_socket_t socket) {
        auto const last = carried_by(socket);
        auto& impl = *static_cast<Impl*>(self);
        impl.closed.sent += last.sent;
        impl.closed.received += last.received;
        return close(socket);
    }

    Carried carried() const {
        curl_socket_t open = CURL_SOCKET_BAD;
        if (curl_easy_getinfo(handle.get(), CURLINFO_ACTIVESOCKET, &open) != CURLE_OK || open == CURL_SOCKET_BAD) return closed;
        auto const now = carried_by(open);
        return {closed.sent + now.sent, closed.received + now.received};
    }

    ClientSettings settings;
    ServerRule rule;
    std::string body;
    std::string refusal;                            // why a callback of ours ended the transfer
    Carried closed;                                 // by connections that are gone
    crypto::Owned<CURL, curl_easy_cleanup> handle;  // last: it calls close_socket when it ends
};

CurlClient::CurlClient(ClientSettings settings) : impl_{std::make_unique<Impl>(std::move(settings))} {}

CurlClient::~CurlClient() = default;

std::uint64_t CurlClient::sent() const { return impl_->carried().sent; }
std::uint64_t CurlClient::received() const { return impl_->carried().received; }

Result<ClientAnswer> CurlClient::post(std::string_view path, std::string_view body, std::string_view content_type) {
    auto* const curl = impl_->handle.get();
    auto const url = impl_->settings.base_url + std::string{path};
    Headers headers;
    headers.add("Content-Type: " + std::string{content_type});
    headers.add("Expect:");
    headers.add("Accept:");
    impl_->body.clear();
    impl_->refusal.clear();
    set(curl, CURLOPT_URL, url.c_str());
    set(curl, CURLOPT_POST, 1L);
    set(curl, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());  // null would read standard input
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(curl, CURLOPT_HTTPHEADER, headers.list);
    auto const code = curl_easy_perform(curl);
    set(curl, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    if (code != CURLE_OK) return Problem{ProblemKind::unavailable, impl_->refusal.empty() ? curl_easy_strerror(code) : impl_->refusal};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return ClientAnswer{static_cast<int>(status), std::move(impl_->body)};
}

}  // namespace himsog::sync
