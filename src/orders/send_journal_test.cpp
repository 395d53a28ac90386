#include "orders/send_journal.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <latch>
#include <thread>

#include "orders/send_journal_testing.hpp"
#include "support/temp_dir.hpp"

namespace smg::orders {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_in(const std::filesystem::path& file) { return test::read_file(file); }

TEST(SendJournal, says_again_what_it_was_told)
{
    JournalFolder folder;
    auto journal = folder.begin();
    auto reply = accepted_as(1, "23501");
    reply.text = "a \"quoted\"\nline";
    ASSERT_TRUE(journal->append(go_of(1)));
    ASSERT_TRUE(journal->append(go_of(2)));
    ASSERT_TRUE(journal->append(reply));
    ASSERT_TRUE(journal->append(JournalNotSent{AttemptId{2}, folder.clock.now()}));
    auto read = folder.read();
    ASSERT_FALSE(read.damage) << read.damage->text();
    EXPECT_FALSE(read.torn);
    EXPECT_EQ(read.head->node_id, "node");
    auto boot = folder.read_all();
    ASSERT_EQ(boot.sends.size(), 2U);
    EXPECT_EQ(json::from(boot.sends.at(AttemptId{1}).go), json::from(go_of(1)));
    EXPECT_EQ(json::from(*boot.sends.at(AttemptId{1}).reply), json::from(reply));
    EXPECT_FALSE(boot.sends.at(AttemptId{1}).not_sent);
    EXPECT_TRUE(boot.sends.at(AttemptId{2}).not_sent);
    EXPECT_EQ(boot.newest(), AttemptId{2});
}

TEST(SendJournal, an_outcome_comes_back_as_it_was)
{
    suppliers::AddOutcome outcome;
    outcome.sent = true;
    outcome.http_status = 200;
    outcome.verdict = {suppliers::Verdict::Kind::rejected, "", suppliers::Reason::no_funds, "Not enough funds"};
    outcome.body = R"({"error":"Not enough funds"})";
    outcome.body_sha256 = sha256_hex(outcome.body);
    auto back = outcome_of(reply_of(AttemptId{7}, outcome, *from_stored("2026-11-22 17:00:00.000")));
    EXPECT_TRUE(back.sent);
    EXPECT_EQ(back.verdict.kind, outcome.verdict.kind);
    EXPECT_EQ(back.verdict.reason, outcome.verdict.reason);
    EXPECT_EQ(back.verdict.text, outcome.verdict.text);
    EXPECT_EQ(back.body, outcome.body);
    EXPECT_EQ(back.body_sha256, outcome.body_sha256);
    outcome.body.assign(10'000, 'x');
    EXPECT_EQ(reply_of(AttemptId{7}, outcome, {}).body.size(), suppliers::max_evidence_bytes);
}

TEST(SendJournal, is_readable_by_nobody_else)
{
    JournalFolder folder;
    auto journal = folder.begin();
    struct stat file{}, directory{};
    ::stat(folder.file().c_str(), &file);
    ::stat(folder.path().c_str(), &directory);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
    EXPECT_EQ(directory.st_mode & 0777, 0700U);
}

TEST(SendJournal, holds_its_lock_as_long_as_it_lives)
{
    JournalFolder folder;
    auto journal = folder.begin({.segment_bytes = 1});
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal->append(go_of(i)));
    EXPECT_EQ(journal_is_held(folder.file(1)), true) << "the first file stays locked through all that follow";
    EXPECT_EQ(journal_is_held(folder.file(4)), true);
    EXPECT_EQ(journal_is_held(folder.file(3)), false);
    journal.reset();
    EXPECT_EQ(journal_is_held(folder.file(1)), false);
    EXPECT_EQ(journal_is_held(folder.path() / "nobody.1.log"), false);
}

TEST(SendJournal, refuses_everything_before_it_is_open)
{
    JournalFolder folder;
    SendJournal journal(folder.path(), {journal_boot, "node", "host"}, folder.clock, {}, {});
    EXPECT_EQ(journal.append(go_of(1)).error().code, Code::unavailable);
}

TEST(SendJournal, those_who_wait_together_share_one_sync)
{
    constexpr int callers = 32;
    JournalFolder folder;
    std::atomic<int> syncs = 0;
    std::atomic<bool> slow = false;
    std::latch first_waits(1), others_came(callers);
    JournalOptions options;
    options.sync = [&](int fd) {
        ++syncs;
        if (slow.exchange(false)) {
            first_waits.count_down();
            others_came.wait();
        }
        return ::fdatasync(fd);
    };
    auto journal = folder.begin(options);
    syncs = 0;
    slow = true;
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { EXPECT_TRUE(journal->append(go_of(1000))); });
    first_waits.wait();
    for (int i = 1; i <= callers; ++i)
        threads.emplace_back([&, i] {
            others_came.count_down();
            EXPECT_TRUE(journal->append(go_of(i)));
        });
    threads.clear();
    EXPECT_LT(syncs, callers / 2);
    auto boot = folder.read_all();
    EXPECT_FALSE(boot.damage);
    EXPECT_EQ(boot.sends.size(), callers + 1U);
}

TEST(SendJournal, no_line_is_acknowledged_before_it_is_synced)
{
    JournalFolder folder;
    bool in_file_at_sync = false;
    JournalOptions options;
    options.sync = [&](int fd) {
        in_file_at_sync = text_in(folder.file()).contains("identity of 5");
        return ::fdatasync(fd);
    };
    auto journal = folder.begin(options);
    auto before = journal->syncs();
    EXPECT_FALSE(in_file_at_sync);
    ASSERT_TRUE(journal->append(go_of(5)));
    EXPECT_TRUE(in_file_at_sync);
    EXPECT_EQ(journal->syncs(), before + 1);
}

TEST(SendJournal, goes_on_in_the_next_file_when_one_is_full)
{
    JournalFolder folder;
    auto journal = folder.begin({.segment_bytes = 2000});
    for (int i = 1; i <= 40; ++i) {
        ASSERT_TRUE(journal->append(go_of(i)));
        ASSERT_TRUE(journal->append(accepted_as(i, std::to_string(9000 + i))));
    }
    auto files = journal_files(folder.path());
    ASSERT_GT(files.size(), 5U);
    auto boot = folder.read_all();
    ASSERT_FALSE(boot.damage) << boot.damage->text();
    ASSERT_EQ(boot.sends.size(), 40U);
    for (const auto& [id, send] : boot.sends) EXPECT_EQ(send.reply->supplier_order_id, std::to_string(9000 + id.value));
    // What is settled is not read, and what follows it is known by its chain.
    auto rest = read_boot(files, {3, read_journal(files[2]).chain});
    EXPECT_FALSE(rest.damage);
    EXPECT_EQ(rest.segments.size(), files.size() - 3);
    EXPECT_TRUE(read_boot(files, {3, "another chain"}).damage);
}

TEST(SendJournal, a_missing_file_is_damage)
{
    auto damage_without = [](int segment) {
        JournalFolder folder;
        auto journal = folder.begin({.segment_bytes = 1});
        for (int i = 1; i <= 4; ++i) EXPECT_TRUE(journal->append(go_of(i)));
        journal.reset();
        std::filesystem::remove(folder.file(segment));
        auto boot = folder.read_all();
        return boot.damage ? boot.damage->what : "";
    };
    EXPECT_THAT(damage_without(1), HasSubstr("number 1, is missing"));
    EXPECT_THAT(damage_without(3), HasSubstr("number 3, is missing"));
    EXPECT_THAT(damage_without(5), HasSubstr("the file after it is missing"));
    EXPECT_EQ(damage_without(99), "");  // control
}

// ---- The disk does not take it

TEST(SendJournal, on_a_full_disk_a_line_is_refused_and_leaves_no_trace)
{
    JournalFolder folder;
    std::atomic<std::size_t> room = 1'000'000;
    JournalOptions options;
    options.write = [&](int fd, const char* data, std::size_t size) -> long {
        auto fits = std::min<std::size_t>(room, size);
        if (fits == 0) return errno = ENOSPC, -1;
        room -= fits;
        return ::write(fd, data, fits);
    };
    auto journal = folder.begin(options);
    ASSERT_TRUE(journal->append(go_of(1)));
    room = 100;  // half a line
    EXPECT_EQ(journal->append(go_of(2)).error().code, Code::unavailable);
    EXPECT_THAT(text_in(folder.file()), Not(HasSubstr("identity of 2")));
    room = 1'000'000;
    ASSERT_TRUE(journal->append(go_of(3)));
    auto boot = folder.read_all();
    EXPECT_FALSE(boot.damage);
    EXPECT_FALSE(boot.sends.contains(AttemptId{2}));
    EXPECT_TRUE(boot.sends.contains(AttemptId{3}));
    EXPECT_EQ(folder.broken, "");
}

TEST(SendJournal, a_file_that_may_not_grow_is_no_end_of_it_either)
{
    JournalFolder folder;
    auto journal = folder.begin();
    ASSERT_TRUE(journal->append(go_of(1)));
    auto former = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    rlimit tight = limit;
    tight.rlim_cur = std::filesystem::file_size(folder.file()) + 50;
    ::setrlimit(RLIMIT_FSIZE, &tight);
    auto refused = journal->append(go_of(2));
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, former);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    ASSERT_TRUE(journal->append(go_of(3)));
    auto boot = folder.read_all();
    EXPECT_FALSE(boot.damage);
    EXPECT_EQ(boot.sends.size(), 2U);
}

TEST(SendJournal, without_room_for_another_file_it_stays_in_this_one)
{
    JournalFolder folder;
    bool full = false;
    JournalOptions options{.segment_bytes = 1};
    options.write = [&](int fd, const char* data, std::size_t size) -> long {
        if (full && std::string_view(data, size).contains(R"("kind":"head")")) return errno = ENOSPC, -1;
        return ::write(fd, data, size);
    };
    auto journal = folder.begin(options);
    full = true;
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal->append(go_of(i)));
    EXPECT_EQ(journal_files(folder.path()).size(), 1U);
    full = false;
    for (int i = 4; i <= 5; ++i) ASSERT_TRUE(journal->append(go_of(i)));
    EXPECT_EQ(journal_files(folder.path()).size(), 3U);
    auto boot = folder.read_all();
    EXPECT_FALSE(boot.damage);
    EXPECT_EQ(boot.sends.size(), 5U);
}

TEST(SendJournal, after_a_failed_sync_nothing_is_ever_written_again)
{
    for (auto error : {EIO, ENOSPC}) {
        JournalFolder folder;
        bool fails = false;
        JournalOptions options;
        options.sync = [&](int fd) { return fails ? (errno = error, -1) : ::fdatasync(fd); };
        auto journal = folder.begin(options);
        fails = true;
        EXPECT_EQ(journal->append(go_of(1)).error().code, Code::failed);
        EXPECT_THAT(folder.broken, HasSubstr("cannot be brought to the disk"));
        fails = false;  // the second time the kernel would say that all is well
        EXPECT_EQ(journal->append(go_of(2)).error().code, Code::failed);
        EXPECT_THAT(text_in(folder.file()), Not(HasSubstr("identity of 2")));
    }
}

TEST(SendJournal, a_disk_that_fails_to_write_ends_it)
{
    JournalFolder folder;
    bool fails = false;
    JournalOptions options;
    options.write = [&](int fd, const char* data, std::size_t size) -> long {
        return fails ? (errno = EIO, -1) : ::write(fd, data, size);
    };
    auto journal = folder.begin(options);
    fails = true;
    EXPECT_EQ(journal->append(go_of(1)).error().code, Code::failed);
    fails = false;
    EXPECT_EQ(journal->append(go_of(1)).error().code, Code::failed);
    EXPECT_THAT(folder.broken, HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace smg::orders
