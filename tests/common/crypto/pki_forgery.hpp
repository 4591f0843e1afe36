/// Certificates and requests that our own code would never make, for tests of refusals.
#pragma once

#include "common/crypto/pki.hpp"

#include <string>
#include <vector>

namespace himsog::crypto {

/// A leaf signed by the authority, valid in 2026, with one subjectAltName extension for each text, in OpenSSL's words ("URI:a,DNS:b").
std::string certificate_with(Identity const& authority, std::vector<std::string> const& alternative_names);

/// A request, properly signed, for a key of this curve.
std::string request_on_curve(char const* curve);

/// Base64 PEM of other DER octets under the same label.
std::string as_pem(char const* label, std::string_view der);

}  // namespace himsog::crypto
