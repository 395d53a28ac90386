#include "orders/reconcile.hpp"

#include <gmock/gmock.h>

#include "orders/reconcile_testing.hpp"
#include "support/temp_dir.hpp"

namespace smg::orders {
namespace {

using ::testing::HasSubstr;

class OldDatabase : public Reconcile {};
INSTANTIATE_TEST_SUITE_P(databases, OldDatabase, db::both_databases(), db::dialect_name);

// ---- C10: the database was put back

TEST_P(OldDatabase, a_send_that_the_database_lost_is_put_back)
{
    start();  // the database has its name
    struct Case {
        const char* number;
        Phase was;  // what the database says now
        std::optional<JournalReply> reply;
        Phase becomes;
        AttemptState state;
    };
    auto refusal = reply_of({}, rejected(suppliers::Reason::bad_link, "Bad link"), now);
    std::vector<Case> cases = {
        {"1", Phase::launching, {}, Phase::uncertain, AttemptState::unknown},
        {"2", Phase::launching, accepted_as(0, "23502"), Phase::executing, AttemptState::accepted},
        {"3", Phase::launching, refusal, Phase::notaccepted, AttemptState::rejected},
        {"4", Phase::review, accepted_as(0, "23504"), Phase::executing, AttemptState::accepted},
        {"5", Phase::notaccepted, {}, Phase::uncertain, AttemptState::unknown},
    };
    auto journal = folder.begin();
    std::vector<Attempt> sent;
    for (auto& one : cases) {
        auto attempt = sent.emplace_back(send(one.number));
        ASSERT_TRUE(journal->append(go_for(attempt)));
        if (one.reply) {
            one.reply->attempt_id = attempt.id;
            ASSERT_TRUE(journal->append(*one.reply));
        }
    }
    journal.reset();
    for (std::size_t i = 0; i < cases.size(); ++i) forget_send(sent[i], cases[i].was);
    auto unsent = add("99");

    auto done = start();
    EXPECT_EQ(done.restored, static_cast<std::int64_t>(cases.size()));
    EXPECT_THAT(done.past, HasSubstr("the send journal has number"));
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(order(sent[i].order_id).phase, cases[i].becomes) << cases[i].number;
        auto attempt = only_attempt(sent[i].order_id);
        EXPECT_EQ(attempt.state, cases[i].state) << cases[i].number;
        EXPECT_EQ(attempt.id, sent[i].id) << "numbers that the journal knows are not given out again";
        EXPECT_EQ(attempt.boot_id, journal_boot);
    }
    EXPECT_EQ(order(unsent.id).phase, Phase::review) << "it may have been sent by a node whose journal is not here";
    EXPECT_EQ(count("notices WHERE kind = 'quarantine'"), 1);
    auto later = start();
    EXPECT_EQ(later.past, "");
}

TEST_P(OldDatabase, an_attempt_that_is_only_prepared_in_the_database_was_sent)
{
    auto journal = folder.begin();
    auto made = add("1");
    auto attempt = write([&](db::Tx& tx) { return prepare_attempt(tx, now, made, provider, journal_boot); }).value();
    ASSERT_TRUE(journal->append(go_for(attempt)));
    journal.reset();
    start();
    EXPECT_EQ(order(made.id).phase, Phase::uncertain);
    EXPECT_EQ(only_attempt(made.id).state, AttemptState::unknown);
}

TEST_P(OldDatabase, numbers_that_were_given_out_again_mislead_nobody)
{
    auto journal = folder.begin();
    auto sent = send("1");
    ASSERT_TRUE(journal->append(go_for(sent)));
    ASSERT_TRUE(journal->append(accepted_as(sent.id.value, "23501")));
    journal.reset();
    forget_send(sent, Phase::launching);
    auto other = add("2");
    write([&](db::Tx& tx) {
        return tx.execute(
            "INSERT INTO attempts (id, order_id, n, api_provider_id, supplier_service_id, link_key, quantity, state, "
            "boot_id, "
            "prepared_at) VALUES (?, ?, 1, ?, '77', 'x', 1, 'not_sent', 'another boot', ?)",
            sent.id, other.id, provider, now);
    });
    auto done = start();
    EXPECT_EQ(done.restored, 1);
    EXPECT_EQ(order(sent.order_id).phase, Phase::executing);
    EXPECT_EQ(order(other.id).phase, Phase::launching);
    EXPECT_EQ(only_attempt(other.id).state, AttemptState::not_sent);
    EXPECT_NE(only_attempt(sent.order_id).id, sent.id);
}

TEST_P(OldDatabase, what_has_moved_on_otherwise_gets_a_word_in_its_history)
{
    auto journal = folder.begin();
    auto sent = send("1");
    ASSERT_TRUE(journal->append(go_for(sent)));
    ASSERT_TRUE(journal->append(accepted_as(sent.id.value, "23501")));
    journal.reset();
    forget_send(sent, Phase::launching);
    end(begin(sent.order_id, "another boot"), accepted("777"));
    auto version = order(sent.order_id).version;
    EXPECT_EQ(start().disputed, 1);
    EXPECT_EQ(order(sent.order_id).version, version);
    EXPECT_EQ(order(sent.order_id).supplier_order_number, "777");
    EXPECT_EQ(history(sent.order_id).back(), "evidence");
    EXPECT_EQ(count("notices WHERE dedup_key LIKE 'accepted_late:%'"), 1);
}

TEST_P(OldDatabase, an_order_that_is_gone_waits_for_a_person_when_it_comes_back)
{
    start();
    auto journal = folder.begin();
    auto kept = add("0");
    auto taken = send("1"), refused = send("2");
    for (const auto& attempt : {taken, refused}) ASSERT_TRUE(journal->append(go_for(attempt)));
    ASSERT_TRUE(journal->append(accepted_as(taken.id.value, "23501")));
    auto no = reply_of(refused.id, rejected(suppliers::Reason::bad_link, "Bad link"), now);
    ASSERT_TRUE(journal->append(no));
    journal.reset();
    forget_everything_since(0, kept.id.value);

    auto done = start();
    EXPECT_EQ(done.homeless, 2);
    EXPECT_EQ(count("lost_sends"), 2);
    EXPECT_EQ(count("notices WHERE dedup_key LIKE 'lost_sends:%'"), 1);
    EXPECT_EQ(order(kept.id).phase, Phase::review);

    auto ids = take({draft("1"), draft("2"), draft("3")});
    auto held = order(ids[0]->id);
    EXPECT_EQ(held.phase, Phase::review);
    EXPECT_EQ(held.reason, "lost_send");
    EXPECT_THAT(held.reason_text.value_or(""), HasSubstr("under the number 23501"));
    EXPECT_EQ(order(ids[1]->id).phase, Phase::launching) << "the supplier never took it";
    EXPECT_EQ(order(ids[2]->id).phase, Phase::launching);
    EXPECT_EQ(count("jobs WHERE kind = 'order.send'"), 2);
    EXPECT_EQ(start().homeless, 0);
}

// ---- Whose past it is

TEST_P(OldDatabase, a_first_start_and_an_upgrade_are_no_reason_for_alarm)
{
    auto waiting = add("1");
    end(begin(add("2").id), accepted("777"));  // sent by a version without a journal
    EXPECT_EQ(start().past, "");
    EXPECT_EQ(start().past, "");
    EXPECT_EQ(order(waiting.id).phase, Phase::launching);
    EXPECT_EQ(count("instance WHERE name = 'incarnation'"), 1);
}

TEST_P(OldDatabase, a_crash_within_the_first_start_is_none_either)
{
    add("1");
    std::filesystem::create_directories(folder.path());
    test::write_file(folder.path() / "incarnation", "aaaa new\n");
    EXPECT_EQ(start().past, "");
    EXPECT_EQ(
        read([](db::Tx& tx) { return *tx.first<std::string>("SELECT value FROM instance WHERE name = 'incarnation'"); }),
        "aaaa");
    EXPECT_EQ(test::read_file(folder.path() / "incarnation"), "aaaa\n");
}

TEST_P(OldDatabase, another_database_than_the_journal_knows_is_quarantined_once)
{
    start();
    auto waiting = add("1");
    write([](db::Tx& tx) { return tx.execute("UPDATE instance SET value = 'restored' WHERE name = 'incarnation'"); });
    auto done = start();
    EXPECT_THAT(done.past, HasSubstr("not the database"));
    EXPECT_EQ(done.held, 1);
    EXPECT_EQ(order(waiting.id).phase, Phase::review);
    auto later = add("2");
    EXPECT_EQ(start().past, "");
    EXPECT_EQ(order(later.id).phase, Phase::launching);
    // Another node of the same database, which knew it by its old name: what is there is held already.
    test::write_file(folder.path() / "incarnation", "its old name\n");
    EXPECT_EQ(start().past, "");
    EXPECT_EQ(order(later.id).phase, Phase::launching);
}

TEST_P(OldDatabase, a_database_older_than_any_journal_is_quarantined)
{
    start();
    add("1");
    write([](db::Tx& tx) { return tx.execute("DELETE FROM instance WHERE name = 'incarnation'"); });
    EXPECT_THAT(start().past, HasSubstr("older than its send journal"));
}

TEST_P(OldDatabase, a_file_database_without_its_journal_is_quarantined)
{
    start();
    auto waiting = add("1");
    std::filesystem::remove_all(folder.path());
    auto done = start();
    bool alone = GetParam() == db::Dialect::sqlite;  // on a server it is a new node, whose directory is empty
    EXPECT_EQ(done.past.empty(), !alone);
    EXPECT_EQ(order(waiting.id).phase, alone ? Phase::review : Phase::launching);
}

TEST_P(OldDatabase, a_quarantine_that_was_cut_short_is_finished)
{
    start();
    auto waiting = add("1");
    write([](db::Tx& tx) {
        return tx.execute("INSERT INTO instance (name, value) VALUES ('quarantine_due', 'the process died')");
    });
    EXPECT_EQ(start().past, "the process died");
    EXPECT_EQ(order(waiting.id).phase, Phase::review);
    EXPECT_EQ(start().past, "");
}

}  // namespace
}  // namespace smg::orders
