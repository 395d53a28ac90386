#include "orders/attempt_store.hpp"

#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class AttemptStore : public Orders {
protected:
    Result<Attempt> prepare(const Order& order, const std::string& boot_id = boot)
    {
        return write([&](db::Tx& tx) { return prepare_attempt(tx, now, order, provider, boot_id); });
    }

    bool moves(const Attempt& attempt, AttemptState from, AttemptState to)
    {
        return write([&](db::Tx& tx) { return move_attempt(tx, attempt, from, to); });
    }

    void force(const Attempt& attempt, AttemptState state)
    {
        write([&](db::Tx& tx) { return tx.execute("UPDATE attempts SET state = ? WHERE id = ?", state, attempt.id); });
    }

    std::vector<AttemptState> states(OrderId id)
    {
        std::vector<AttemptState> all;
        for (const auto& attempt : attempts(id)) all.push_back(attempt.state);
        return all;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, AttemptStore, db::both_databases(), db::dialect_name);

TEST_P(AttemptStore, an_attempt_begins_prepared_with_what_will_be_asked)
{
    auto made = add("1");
    auto attempt = prepare(made);
    ASSERT_TRUE(attempt);
    auto kept = attempts(made.id).at(0);
    EXPECT_EQ(kept.id, attempt->id);
    EXPECT_EQ(kept.n, 1);
    EXPECT_EQ(kept.state, AttemptState::prepared);
    EXPECT_EQ(kept.boot_id, boot);
    EXPECT_EQ(kept.supplier_service_id, "77");
    EXPECT_EQ(kept.link_key, "t.me/shop");
    EXPECT_EQ(kept.quantity, 100);
    EXPECT_EQ(kept.prepared_at, now);
    EXPECT_FALSE(kept.sending_at || kept.done_at || kept.http_status || kept.body || kept.by_restart);
}

TEST_P(AttemptStore, a_second_attempt_is_refused_while_one_may_be_with_the_supplier)
{
    using enum AttemptState;
    struct Row {
        AttemptState first;
        bool allowed;
    };
    for (auto [first, allowed] :
         {Row{prepared, true}, Row{sending, false}, Row{accepted, false}, Row{rejected, true}, Row{unknown, false},
          Row{not_sent, true}, Row{resolved_found, false}, Row{resolved_absent, true}}) {
        auto made = add("after " + std::string(word(first)));
        force(*prepare(made), first);
        auto second = prepare(made);
        ASSERT_EQ(second.has_value(), allowed) << word(first);
        if (allowed) {
            EXPECT_EQ(second->n, 2);
        } else {
            EXPECT_EQ(second.error().code, Code::conflict);
            EXPECT_THAT(states(made.id), ElementsAre(first));  // and nothing of the first has changed
        }
    }
}

TEST_P(AttemptStore, the_database_itself_allows_one_open_attempt)
{
    auto made = add("1");
    force(*prepare(made), AttemptState::unknown);
    EXPECT_THROW(write([&](db::Tx& tx) {
                     return tx.execute(
                         "INSERT INTO attempts (order_id, n, api_provider_id, supplier_service_id, link_key, quantity, "
                         "state, boot_id, "
                         "prepared_at) VALUES (?, 2, ?, '77', 'x', 1, 'sending', 'b', ?)",
                         made.id, provider, now);
                 }),
                 db::DuplicateKey);
    EXPECT_THROW(force(attempts(made.id).at(0), static_cast<AttemptState>(99)), db::DatabaseError);  // no such state
}

TEST_P(AttemptStore, one_that_was_left_prepared_is_taken_over_and_its_owner_is_stopped)
{
    auto made = add("1");
    auto frozen = *prepare(made, "frozen-boot");
    auto mine = prepare(made);
    ASSERT_TRUE(mine);
    EXPECT_THAT(states(made.id), ElementsAre(AttemptState::not_sent, AttemptState::prepared));
    EXPECT_EQ(attempts(made.id)[0].done_at, now);
    // The process that wakes up cannot send any more; ours can.
    EXPECT_FALSE(moves(frozen, AttemptState::prepared, AttemptState::sending));
    EXPECT_TRUE(moves(*mine, AttemptState::prepared, AttemptState::sending));
}

TEST_P(AttemptStore, a_state_changes_only_from_the_one_it_is_in)
{
    auto made = add("1");
    auto attempt = *prepare(made);
    EXPECT_FALSE(moves(attempt, AttemptState::sending, AttemptState::accepted));
    EXPECT_TRUE(moves(attempt, AttemptState::prepared, AttemptState::sending));
    EXPECT_FALSE(moves(attempt, AttemptState::prepared, AttemptState::sending));  // once
    EXPECT_TRUE(moves(attempt, AttemptState::sending, AttemptState::unknown));
    EXPECT_FALSE(moves(attempt, AttemptState::sending, AttemptState::accepted));
    EXPECT_THAT(states(made.id), ElementsAre(AttemptState::unknown));
}

TEST_P(AttemptStore, evidence_is_kept_as_it_was_seen)
{
    auto made = add("1");
    auto attempt = *prepare(made);
    attempt.sending_at = now + 1s;
    attempt.done_at = now + 2s;
    attempt.http_status = 502;
    attempt.body = "<html>Їжак</html>";
    attempt.body_sha256 = sha256_hex(*attempt.body);
    attempt.supplier_order_id = "23501";
    attempt.reason = "other";
    attempt.detail = "a page in place of JSON";
    attempt.by_restart = true;
    write([&](db::Tx& tx) -> Result<void> {
        save_evidence(tx, attempt);
        return {};
    });
    auto kept = read([&](db::Tx& tx) { return find_attempt(tx, attempt.id).value(); });
    EXPECT_EQ(json::text_of(json::from(kept)), json::text_of(json::from(attempt)));
}

TEST_P(AttemptStore, the_unknown_attempt_of_an_order_is_found)
{
    auto made = add("1");
    auto find = [&] { return read([&](db::Tx& tx) { return unknown_attempt(tx, made.id); }); };
    EXPECT_FALSE(find());
    force(*prepare(made), AttemptState::resolved_absent);
    EXPECT_FALSE(find());
    force(*prepare(made), AttemptState::unknown);
    ASSERT_TRUE(find());
    EXPECT_EQ(find()->n, 2);
}

TEST_P(AttemptStore, unknowns_are_counted_by_supplier_and_time_and_without_our_own_restarts)
{
    auto other = write([&](db::Tx& tx) { return add_supplier(tx, "2"); });
    auto lose = [&](const std::string& number, Time at, bool by_restart, ProviderId at_provider, AttemptState state) {
        auto attempt = *prepare(add(number));
        attempt.done_at = at;
        attempt.by_restart = by_restart;
        force(attempt, state);
        write([&](db::Tx& tx) {
            save_evidence(tx, attempt);
            return tx.execute("UPDATE attempts SET api_provider_id = ? WHERE id = ?", at_provider, attempt.id);
        });
    };
    auto counted = [&](ProviderId id) { return read([&](db::Tx& tx) { return unknowns_since(tx, id, now - 600s); }); };
    lose("counts", now, false, provider, AttemptState::unknown);
    lose("counts, at the edge", now - 600s, false, provider, AttemptState::unknown);
    EXPECT_EQ(counted(provider), 2);
    lose("too old", now - 600s - 1ms, false, provider, AttemptState::unknown);
    lose("our restart", now, true, provider, AttemptState::unknown);
    lose("decided", now, false, provider, AttemptState::resolved_absent);
    lose("elsewhere", now, false, other, AttemptState::unknown);
    EXPECT_EQ(counted(provider), 2);
    EXPECT_EQ(counted(other), 1);
}

}  // namespace
}  // namespace smg::orders
