#include "orders/reconcile.hpp"

#include <gmock/gmock.h>

#include "orders/reconcile_testing.hpp"
#include "orders/recovery.hpp"
#include "support/temp_dir.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(databases, Reconcile, db::both_databases(), db::dialect_name);

TEST_P(Reconcile, finishes_what_a_dead_process_left_as_its_journal_says)
{
    auto journal = folder.begin();
    auto no_go = send("1"), aborted = send("2"), answered_1 = send("3"), refused = send("4"), silent = send("5"),
         given_up = send("6");
    for (const auto& attempt : {aborted, answered_1, refused, silent}) ASSERT_TRUE(journal->append(go_for(attempt)));
    ASSERT_TRUE(journal->append(JournalNotSent{aborted.id, now}));
    ASSERT_TRUE(journal->append(accepted_as(answered_1.id.value, "23501")));
    ASSERT_TRUE(journal->append(reply_of(refused.id, rejected(suppliers::Reason::bad_link, "Bad link"), now)));
    write([&](db::Tx& tx) { return record_lost(tx, now, given_up, settings()); });  // another node was faster
    journal.reset();

    auto done = start();
    EXPECT_EQ(done.not_sent, 3);
    EXPECT_EQ(done.answered, 2);
    EXPECT_EQ(done.lost, 1);
    EXPECT_EQ(done.past, "");
    for (const auto& attempt : {no_go, aborted, given_up}) {
        EXPECT_EQ(only_attempt(attempt.order_id).state, AttemptState::not_sent);
        EXPECT_EQ(order(attempt.order_id).phase, Phase::launching);
        EXPECT_EQ(count("jobs WHERE dedup_key = 'order.send:" + std::to_string(attempt.order_id.value) + "'"), 1);
    }
    EXPECT_EQ(order(answered_1.order_id).phase, Phase::executing);
    EXPECT_EQ(order(answered_1.order_id).supplier_order_number, "23501");
    EXPECT_EQ(order(refused.order_id).phase, Phase::notaccepted);
    EXPECT_EQ(order(silent.order_id).phase, Phase::uncertain);
    EXPECT_TRUE(only_attempt(silent.order_id).by_restart);

    auto version = order(silent.order_id).version;
    auto again = start();
    EXPECT_EQ(again.files, 0) << "what is settled is not read again";
    EXPECT_EQ(order(silent.order_id).version, version);
}

TEST_P(Reconcile, a_second_time_changes_nothing)
{
    auto journal = folder.begin();
    std::vector<Attempt> sent;
    for (const char* number : {"1", "2", "3", "4"}) sent.push_back(send(number));
    for (const auto& attempt : {sent[1], sent[2], sent[3]}) ASSERT_TRUE(journal->append(go_for(attempt)));
    ASSERT_TRUE(journal->append(accepted_as(sent[2].id.value, "23501")));
    journal.reset();
    forget_send(sent[3], Phase::launching);
    start();
    std::vector<std::int64_t> versions;
    for (const auto& attempt : sent) versions.push_back(order(attempt.order_id).version);
    auto events = count("order_events");
    write([](db::Tx& tx) { return tx.execute("DELETE FROM journals"); });  // it died before it could note how far it was
    start();
    for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(order(sent[i].order_id).version, versions[i]) << i;
    EXPECT_EQ(count("order_events"), events);
}

TEST_P(Reconcile, leaves_the_living_alone)
{
    auto journal = folder.begin();
    auto sent = send("1");
    EXPECT_EQ(start().files, 0);
    EXPECT_EQ(order(sent.order_id).phase, Phase::sending) << "its lock is held";
    journal.reset();
    EXPECT_EQ(start().not_sent, 1);  // control
}

TEST_P(Reconcile, without_a_journal_nothing_is_proven)
{
    auto sent = send("1");
    EXPECT_EQ(start().not_sent, 0);
    write([&](db::Tx& tx) { return recover_attempts(tx, now, {}, settings()); });
    EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain);
}

TEST_P(Reconcile, a_damaged_journal_stops_everything_until_a_person_accepts_it)
{
    auto journal = folder.begin();
    auto known = send("1"), after = send("2");
    auto waiting = add("3");
    ASSERT_TRUE(journal->append(go_for(known)));
    ASSERT_TRUE(journal->append(accepted_as(known.id.value, "23501")));
    ASSERT_TRUE(journal->append(go_for(after)));
    journal.reset();
    auto text = test::read_file(folder.file());
    text[text.size() - 40] ^= 1;
    test::write_file(folder.file(), text);

    for (int i = 0; i < 2; ++i) {
        auto refused = try_start();
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr(folder.file().string() + " is damaged in line 4"));
        EXPECT_THAT(refused.error().message, HasSubstr("smgcrm journal accept-damage"));
    }
    EXPECT_EQ(count("notices WHERE kind = 'decision_needed'"), 1);
    EXPECT_EQ(order(known.order_id).phase, Phase::sending);

    auto accepted = accept_damage(desk());
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_THAT(*accepted, HasSubstr("1 orders are held for review"));
    EXPECT_EQ(order(known.order_id).phase, Phase::executing) << "what could be read was used";
    EXPECT_EQ(order(after.order_id).phase, Phase::sending) << "what is missing proves nothing";
    EXPECT_EQ(order(waiting.id).phase, Phase::review);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "damaged" / folder.file().filename()));
    EXPECT_TRUE(try_start());
    write([&](db::Tx& tx) { return recover_attempts(tx, now, {}, settings()); });
    EXPECT_EQ(order(after.order_id).phase, Phase::uncertain);
    EXPECT_FALSE(accept_damage(desk())) << "there is nothing left to accept";
}

TEST_P(Reconcile, a_journal_that_lost_its_beginning_proves_nothing_of_what_was_sent)
{
    auto journal = folder.begin();
    auto sent = send("1");
    ASSERT_TRUE(journal->append(go_for(sent)));
    journal.reset();
    test::write_file(folder.file(), "");
    auto refused = try_start();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("its beginning is missing"));
    EXPECT_EQ(order(sent.order_id).phase, Phase::sending);

    std::filesystem::remove(folder.file());
    std::filesystem::create_directory(folder.file());  // opens, and cannot be read
    refused = try_start();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("it cannot be read"));
    EXPECT_EQ(order(sent.order_id).phase, Phase::sending);
}

TEST_P(Reconcile, an_empty_file_of_a_process_that_sent_nothing_is_no_damage)
{
    folder.begin().reset();
    test::write_file(folder.file(), "");
    EXPECT_TRUE(try_start());
}

// ---- Files that tell nothing new

TEST_P(Reconcile, a_running_process_settles_its_own_full_files)
{
    start();
    auto journal = folder.begin({.segment_bytes = 1});
    auto first = send("1"), second = send("2");
    for (const auto& attempt : {first, second}) {
        ASSERT_TRUE(journal->append(go_for(attempt)));
        ASSERT_TRUE(journal->append(accepted_as(attempt.id.value, std::to_string(500 + attempt.id.value))));
    }
    end(first, accepted(std::to_string(500 + first.id.value)));
    tend_journals(desk(), journal_boot);
    EXPECT_EQ(count("journals WHERE reconciled_at IS NOT NULL"), 3) << "up to the file with an attempt under way";
    end(second, accepted(std::to_string(500 + second.id.value)));
    tend_journals(desk(), journal_boot);
    EXPECT_EQ(count("journals WHERE reconciled_at IS NOT NULL"), 4);
    journal.reset();
    EXPECT_EQ(start().files, 1) << "only the last one is read";
}

TEST_P(Reconcile, settled_files_are_removed_when_they_are_old_enough)
{
    start();
    auto old = folder.begin({.segment_bytes = 1}, "the boot before");
    ASSERT_TRUE(old->append(JournalNotSent{AttemptId{1}, now}));
    old.reset();
    EXPECT_EQ(start().files, 2);
    auto journal = folder.begin({.segment_bytes = 1});
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal->append(JournalNotSent{AttemptId{1}, now}));
    write([&](db::Tx& tx) -> Result<void> {
        register_journal(tx, folder.path(), {journal_boot, "node", "host"});
        return {};
    });
    tend_journals(desk(), journal_boot);
    EXPECT_EQ(journal_files(folder.path()).size(), 6U);
    clock.advance(13 * 24h);
    tend_journals(desk(), journal_boot);
    EXPECT_EQ(journal_files(folder.path()).size(), 6U);
    clock.advance(2 * 24h);
    for (int i = 0; i < 2; ++i) tend_journals(desk(), journal_boot);
    std::vector<int> left;
    for (const auto& file : journal_files(folder.path())) left.push_back(file.segment);
    EXPECT_THAT(left, ElementsAre(1, 4)) << "our lock, and what is written to";
    EXPECT_TRUE(read([&](db::Tx& tx) { return journal_says_alive(tx, journal_boot, "host"); }));
    EXPECT_FALSE(read([&](db::Tx& tx) { return journal_says_alive(tx, journal_boot, "another host"); }));
    journal.reset();
    EXPECT_FALSE(read([&](db::Tx& tx) { return journal_says_alive(tx, journal_boot, "host"); }));
    EXPECT_TRUE(try_start()) << "that the files before are gone is no damage";
}

}  // namespace
}  // namespace smg::orders
