#include "common/journal/writer_thread.hpp"
#include "tests/common/journal/node.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <future>

using namespace himsog;
using namespace himsog::journal;

namespace {

/// A journal over a file, with its thread.
class Clinic {
public:
    Clinic() {
        std::filesystem::create_directories(folder_);
        connection_ = std::make_unique<db::Connection>(settings(db::Access::writer));
        migrate(*connection_, test::dictionary());
        journal_ =
            std::make_unique<Journal>(*connection_, test::dictionary(), clock_, random_, log_,
                                      Identity{1, key_.public_key(), [this](std::string_view text) { return key_.sign(text); }}, codec_);
        thread_ = std::make_unique<WriterThread>(*journal_);
    }
    ~Clinic() {
        thread_.reset();
        journal_.reset();
        connection_.reset();
        std::filesystem::remove_all(folder_);
    }

    db::Settings settings(db::Access access) const {
        db::Settings settings;
        settings.path = (folder_ / "himsog.db").string();
        settings.key = Bytes(32, 'k');
        settings.access = access;
        return settings;
    }

    void write(std::size_t octets) {
        std::promise<void> written;
        Job job;
        job.work = [&](Writer& writer) -> std::optional<Problem> {
            auto row = test::Node::entity().blank();
            row[0] = Value{std::string(octets, 'x')};
            writer.insert(test::Node::entity(), writer.new_id(), row);
            return std::nullopt;
        };
        job.done = [&](Problem const*) { written.set_value(); };
        thread_->submit(std::move(job));
        written.get_future().wait();
    }

    std::uintmax_t wal_size() const { return std::filesystem::file_size(folder_ / "himsog.db-wal"); }
    bool wal_is_cut() const {
        for (int i = 0; i < 500 && wal_size() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
        return wal_size() == 0;
    }

private:
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("himsog-writer-" + to_hex(SystemRandom{}.bytes(8)));
    test::StoppedClock clock_;
    SeededRandom random_{3};
    Log log_{clock_, [](std::string_view) {}};
    test::RowwiseCodec codec_;
    crypto::SigningKey key_ = crypto::SigningKey::from_seed(Bytes(32, 'k'));
    std::unique_ptr<db::Connection> connection_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<WriterThread> thread_;
};

}  // namespace

TEST_CASE("writer thread: a quiet node keeps no large WAL, also after a reader stood in the way", "[journal]") {
    Clinic clinic;
    {
        db::Connection reader{clinic.settings(db::Access::reader)};
        db::Transaction const snapshot{reader, db::Access::reader};
        reader.prepare("SELECT 1 FROM chart").step();
        clinic.write(3U << 20U);
        CHECK(clinic.wal_size() > 2U << 20U);
    }
    CHECK(clinic.wal_is_cut());
    clinic.write(10);
    CHECK(clinic.wal_size() > 0);  // what is small stays until there is more
}
