#include "common/base/problem.hpp"

namespace himsog {

int status_of(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::bad_request: return 400;
        case ProblemKind::unauthenticated: return 401;
        case ProblemKind::forbidden: return 403;
        case ProblemKind::not_found: return 404;
        case ProblemKind::method_not_allowed: return 405;
        case ProblemKind::not_acceptable: return 406;
        case ProblemKind::conflict: return 409;
        case ProblemKind::precondition_failed: return 412;
        case ProblemKind::too_large: return 413;
        case ProblemKind::unsupported_media: return 415;
        case ProblemKind::too_many_requests: return 429;
        case ProblemKind::internal: return 500;
        case ProblemKind::unavailable: return 503;
        case ProblemKind::storage_full: return 507;
    }
    return 500;
}

}  // namespace himsog
