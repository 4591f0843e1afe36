/// The profile object of authentication.md 3.0: the account's row joined with its patient's. One truth, in the patient's row, under both
/// names (contract/README.md decision 15); an account without a patient keeps everything in its own.
#pragma once

#include "common/journal/journal.hpp"
#include "common/records/draft.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace himsog::clinic::authentication {

/// What a person wants changed, checked field by field. Keys that nobody may write through the profile are not in it.
struct ProfileEdit {
    std::optional<Uuid> patient;  // the chart that was there when it was checked
    records::Draft user;
    std::optional<records::Draft> chart;
};

/// Versions that the client read: of the account, and of the chart if there was one.
struct ProfileBase {
    journal::Base user;
    std::optional<journal::Base> chart;
};

/// Made once at start; any thread.
class Profiles {
public:
    explicit Profiles(journal::Dictionary const& dictionary);

    struct Shown {
        std::string json;
        std::string version;  // ETag text without quotes: the account's, or "account.chart"
    };
    /// Of an account that exists.
    Shown show(records::Reader& reader, Uuid const& user, Zone zone) const;

    /// E2 with the keys as they were sent. PUT is as PATCH: what is not sent stays.
    Result<ProfileEdit> read(std::string_view body, std::optional<Uuid> const& patient, Zone zone) const;
    static std::optional<ProfileBase> parse_version(std::string_view text);

    /// On the writer thread, both rows in one txn. A problem: nothing is written.
    using Updates = std::vector<std::shared_ptr<journal::Updated const>>;
    Result<Updates> apply(journal::Writer& writer, Uuid const& user, ProfileEdit const& edit, ProfileBase const* base, Zone zone) const;

private:
    std::optional<std::size_t> chart_field(std::string_view name) const;

    journal::Dictionary const& dictionary_;
    records::Shape user_;
    std::optional<records::Shape> chart_;
};

}  // namespace himsog::clinic::authentication
