// "Acknowledged" means on the disk: between the last page of a commit group and its first answer the WAL is synced.
#include "common/journal/writer_thread.hpp"
#include "tests/common/journal/node.hpp"
#include "tests/faults/recording_vfs.hpp"

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <filesystem>
#include <future>

using namespace himsog;
using namespace himsog::faults;
using journal::test::Node;

namespace {

class Folder {
public:
    Folder() {
        if (mkdtemp(path_) == nullptr) throw std::runtime_error{"no folder for the test"};
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    std::string file(char const* name) const { return std::string{path_} + '/' + name; }

private:
    char path_[32] = "/tmp/himsog-faults-XXXXXX";
};

/// A journal on a database file, its bytes seen by the recorder, and the writer thread of the product over it.
class Clinic {
public:
    explicit Clinic(bool synchronous_full)
        : connection_{db::Settings{
              .path = folder_.file("himsog.db"), .key = Bytes(32, 'k'), .vfs = vfs_.name(), .synchronous_full = synchronous_full}} {
        journal::migrate(connection_, journal::test::dictionary());
        journal_ = std::make_unique<journal::Journal>(
            connection_, journal::test::dictionary(), clock_, random_, log_,
            journal::Identity{1, key_.public_key(), [this](std::string_view text) { return key_.sign(text); }}, codec_);
        writer_ = std::make_unique<journal::WriterThread>(*journal_);
        before_ = vfs_.events().size();
    }

    /// `jobs` admissions that are sure to be one group: they are handed in while the writer is kept by a job before them.
    void commit_group(std::size_t jobs) {
        std::promise<void> entered;
        std::promise<void> released;
        auto const go_on = released.get_future().share();
        std::vector<std::future<bool>> answers;
        answers.push_back(submit([&entered, go_on](journal::Writer&) {
            entered.set_value();
            go_on.wait();
        }));
        entered.get_future().wait();
        for (std::size_t i = 0; i < jobs; ++i)
            answers.push_back(submit([](journal::Writer& writer) {
                auto row = Node::entity().blank();
                row[0] = journal::Value{"Santos"};
                writer.insert(Node::entity(), writer.new_id(), row);
            }));
        released.set_value();
        for (auto& answer : answers) saved_ = answer.get() && saved_;
    }

    /// What happened since the journal stood.
    Verdict verdict() {
        writer_->stop();
        auto events = vfs_.events();
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(before_));
        return judge(events);
    }

    bool saved() const { return saved_; }

private:
    std::future<bool> submit(std::function<void(journal::Writer&)> work) {
        auto answer = std::make_shared<std::promise<bool>>();
        auto waiting = answer->get_future();
        journal::Job job;
        job.work = [work = std::move(work)](journal::Writer& writer) -> std::optional<Problem> {
            work(writer);
            return std::nullopt;
        };
        job.done = [this, answer](Problem const* problem) {
            vfs_.note(Event::answered);
            answer->set_value(problem == nullptr);
        };
        writer_->submit(std::move(job));
        return waiting;
    }

    Folder folder_;
    RecordingVfs vfs_{"recording"};
    journal::test::StoppedClock clock_;
    SeededRandom random_{1};
    crypto::SigningKey key_{crypto::SigningKey::from_seed(Bytes(32, 's'))};
    journal::test::RowwiseCodec codec_;
    Log log_{clock_, [](std::string_view) {}};
    db::Connection connection_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<journal::WriterThread> writer_;
    std::size_t before_ = 0;
    bool saved_ = true;
};

constexpr std::size_t groups = 60;

/// Groups of 1 to 256 jobs; gives how many jobs there were.
std::size_t work(Clinic& clinic) {
    SeededRandom random{20'261'124};
    std::size_t jobs = 0;
    for (std::size_t i = 0; i < groups; ++i) {
        auto const size = 1 + random.below(journal::WriterThread::most_in_group);
        clinic.commit_group(size);
        jobs += size;
    }
    return jobs;
}

}  // namespace

TEST_CASE("writer thread: every group is on the disk before its first answer", "[faults]") {
    Clinic clinic{true};
    auto const jobs = work(clinic);
    auto const verdict = clinic.verdict();
    CHECK(clinic.saved());
    CHECK(verdict.commits == groups);
    CHECK(verdict.answers == jobs + groups);  // and the jobs that kept the writer, which wrote nothing
    CHECK(verdict.writes > groups);
    CHECK(verdict.syncs >= groups);
    CHECK(verdict.answered_unsynced == 0);
}

TEST_CASE("writer thread: with synchronous=OFF the same check finds every group wanting", "[faults]") {
    Clinic clinic{false};
    work(clinic);
    auto const verdict = clinic.verdict();
    CHECK(verdict.commits == groups);
    CHECK(verdict.answered_unsynced == groups);
}

TEST_CASE("judge: a sync counts only between the last page and the first answer", "[faults]") {
    using enum Event;
    CHECK(judge({written, written, synced, answered, answered}).answered_unsynced == 0);
    CHECK(judge({written, synced, written, answered}).answered_unsynced == 1);   // one page came after it
    CHECK(judge({written, answered, synced, answered}).answered_unsynced == 1);  // one answer was before it
    CHECK(judge({answered, written, synced, answered}).commits == 1);            // a group that wrote nothing owes no sync
}
