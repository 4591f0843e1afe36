#include "common/http/tls.hpp"

#include "common/base/bytes.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace himsog::http {
namespace {

template <auto function> struct Free {
    template <class T> void operator()(T* object) const { function(object); }
};
template <class T, auto function> using Owned = std::unique_ptr<T, Free<function>>;

using Certificate = Owned<X509, X509_free>;

[[noreturn]] void fail(char const* what) {
    ERR_clear_error();
    throw std::runtime_error{what};
}

Owned<BIO, BIO_free_all> reader_of(std::string const& pem) {
    return Owned<BIO, BIO_free_all>{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

/// A passphrase is never asked for: an encrypted key is an error.
int no_passphrase(char*, int, int, void*) { return -1; }

void use_certificate(SSL_CTX* context, TlsMaterial const& material) {
    auto const chain = reader_of(material.certificate_chain);
    Certificate const own{PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr)};
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) fail("TLS: the certificate cannot be used");
    while (Certificate next{PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr)})
        if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) fail("TLS: the certificate chain cannot be used");
    ERR_clear_error();  // the end of the PEM text is an error to OpenSSL

    Owned<EVP_PKEY, EVP_PKEY_free> const key{
        PEM_read_bio_PrivateKey(reader_of(material.private_key).get(), nullptr, no_passphrase, nullptr)};
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) fail("TLS: the private key cannot be used with this certificate");
    if (SSL_CTX_check_private_key(context) != 1) fail("TLS: key and certificate do not belong together");
}

void require_clients_of(SSL_CTX* context, std::string const& pem) {
    auto const reader = reader_of(pem);
    bool found = false;
    while (Certificate authority{PEM_read_bio_X509(reader.get(), nullptr, no_passphrase, nullptr)}) {
        found = true;
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) fail("TLS: the client CA cannot be used");
        SSL_CTX_add_client_CA(context, authority.get());
    }
    ERR_clear_error();
    if (!found) fail("TLS: there is no client CA");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* size, unsigned char const* offered, unsigned offered_size, void*) {
    static constexpr std::array<unsigned char, 9> ours{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, size, ours.data(), ours.size(), offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

/// What OpenSSL reads and writes in place of a socket: a view of what came, and the string that takes what goes.
struct Pipe {
    std::string_view in;
    std::string* out = nullptr;
};

int pipe_read(BIO* bio, char* data, int size) {
    auto& pipe = *static_cast<Pipe*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (pipe.in.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    auto const count = std::min(pipe.in.size(), static_cast<std::size_t>(size));
    std::memcpy(data, pipe.in.data(), count);
    pipe.in.remove_prefix(count);
    return static_cast<int>(count);
}

int pipe_write(BIO* bio, char const* data, int size) {
    auto& pipe = *static_cast<Pipe*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (pipe.out == nullptr) return -1;
    pipe.out->append(data, static_cast<std::size_t>(size));
    return size;
}

long pipe_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int pipe_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD const* pipe_method() {
    static Owned<BIO_METHOD, BIO_meth_free> const method = [] {
        Owned<BIO_METHOD, BIO_meth_free> made{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "himsog pipe")};
        if (!made) fail("TLS: no memory");
        BIO_meth_set_read(made.get(), pipe_read);
        BIO_meth_set_write(made.get(), pipe_write);
        BIO_meth_set_ctrl(made.get(), pipe_control);
        BIO_meth_set_create(made.get(), pipe_create);
        return made;
    }();
    return method.get();
}

std::optional<std::uint16_t> site_in(std::string_view uri) {
    static constexpr std::string_view prefix = "urn:himsog:site:";
    if (!uri.starts_with(prefix)) return std::nullopt;
    uri.remove_prefix(prefix.size());
    std::uint16_t site = 0;
    auto const [end, error] = std::from_chars(uri.data(), uri.data() + uri.size(), site);
    if (error != std::errc{} || end != uri.data() + uri.size()) return std::nullopt;
    return site;
}

}  // namespace

struct TlsContext::Impl {
    Owned<SSL_CTX, SSL_CTX_free> context;
};

TlsContext::TlsContext(TlsMaterial const& material, bool require_client_certificate) : impl_{std::make_unique<Impl>()} {
    impl_->context.reset(SSL_CTX_new(TLS_server_method()));
    auto* const context = impl_->context.get();
    if (context == nullptr) fail("TLS: no context");

    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") != 1)
        fail("TLS: no AEAD ciphers");
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    use_certificate(context, material);
    if (require_client_certificate) require_clients_of(context, material.client_ca);
}

TlsContext::~TlsContext() = default;

struct TlsEngine::Impl {
    std::shared_ptr<TlsContext const> context;
    Pipe pipe;
    Owned<SSL, SSL_free> ssl;
    State state = State::handshake;
};

TlsEngine::TlsEngine(std::shared_ptr<TlsContext const> context, std::optional<std::time_t> verification_time)
    : impl_{std::make_unique<Impl>()} {
    impl_->context = std::move(context);
    impl_->ssl.reset(SSL_new(impl_->context->impl_->context.get()));
    auto* const bio = impl_->ssl ? BIO_new(pipe_method()) : nullptr;
    if (bio == nullptr) fail("TLS: no memory");
    BIO_set_data(bio, &impl_->pipe);
    SSL_set_bio(impl_->ssl.get(), bio, bio);
    SSL_set_accept_state(impl_->ssl.get());
    if (verification_time) X509_VERIFY_PARAM_set_time(SSL_get0_param(impl_->ssl.get()), *verification_time);
}

TlsEngine::~TlsEngine() = default;

TlsEngine::State TlsEngine::receive(std::string_view received, std::string& plain, std::string& out) {
    auto* const ssl = impl_->ssl.get();
    impl_->pipe.in = received;
    impl_->pipe.out = &out;
    ERR_clear_error();

    if (impl_->state == State::handshake) {
        auto const done = SSL_do_handshake(ssl);
        if (done == 1) impl_->state = State::open;
        else if (SSL_get_error(ssl, done) != SSL_ERROR_WANT_READ) impl_->state = State::failed;
    }
    thread_local std::array<char, 16 * 1024> piece;  // the most one TLS record holds
    while (impl_->state == State::open) {
        auto const count = SSL_read(ssl, piece.data(), static_cast<int>(piece.size()));
        if (count > 0) {
            plain.append(piece.data(), static_cast<std::size_t>(count));
            continue;
        }
        auto const error = SSL_get_error(ssl, count);
        if (error == SSL_ERROR_WANT_READ) break;
        impl_->state = error == SSL_ERROR_ZERO_RETURN ? State::closed : State::failed;
    }
    impl_->pipe.out = nullptr;
    ERR_clear_error();
    return impl_->state;
}

void TlsEngine::send(std::string_view plain, std::string& out) {
    impl_->pipe.out = &out;
    ERR_clear_error();
    bool const possible = impl_->state == State::open || impl_->state == State::closed;  // closed: the peer sends no more, but still reads
    while (!plain.empty() && possible && impl_->state != State::failed) {
        auto const most = std::min(plain.size(), static_cast<std::size_t>(std::numeric_limits<int>::max()));
        auto const count = SSL_write(impl_->ssl.get(), plain.data(), static_cast<int>(most));
        if (count <= 0) impl_->state = State::failed;
        else plain.remove_prefix(static_cast<std::size_t>(count));
    }
    impl_->pipe.out = nullptr;
}

void TlsEngine::close(std::string& out) {
    if (impl_->state != State::open && impl_->state != State::closed) return;
    impl_->pipe.out = &out;
    SSL_shutdown(impl_->ssl.get());
    impl_->pipe.out = nullptr;
    ERR_clear_error();
}

std::optional<std::uint16_t> TlsEngine::client_site() const {
    auto* const certificate = SSL_get0_peer_certificate(impl_->ssl.get());
    if (certificate == nullptr) return std::nullopt;
    auto* const found = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    Owned<GENERAL_NAMES, GENERAL_NAMES_free> const names{found};

    std::optional<std::uint16_t> site;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        auto const* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_URI) continue;
        auto const* uri = name->d.uniformResourceIdentifier;
        auto const* text = reinterpret_cast<char const*>(ASN1_STRING_get0_data(uri));
        auto const named = site_in({text, static_cast<std::size_t>(ASN1_STRING_length(uri))});
        if (named && site) return std::nullopt;  // one certificate, one site
        if (named) site = named;
    }
    return site;
}

std::string TlsEngine::client_serial() const {
    auto* const certificate = SSL_get0_peer_certificate(impl_->ssl.get());
    if (certificate == nullptr) return {};
    Owned<BIGNUM, BN_free> const number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
    if (!number) return {};
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    return bytes.empty() ? "00" : to_hex(bytes);
}

}  // namespace himsog::http
