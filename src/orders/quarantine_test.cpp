#include "orders/quarantine.hpp"

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

class Quarantine : public Orders {
protected:
    std::int64_t quarantine()
    {
        ManualClock clock(now);
        return quarantine_unsent(db(), clock, settings(), "restored from a copy").value();
    }

    Order order(OrderId id)
    {
        return read([&](db::Tx& tx) { return find_order(tx, id).value(); });
    }

    Order refused(const std::string& number, const std::string& reason)
    {
        auto made = add(number);
        return write([&](db::Tx& tx) {
                   return move_order(tx, now, find_order(tx, made.id).value(), Move::refused, {}, {},
                                     {orders::set(tx, "reason", reason)});
               })
            .value();
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Quarantine, db::both_databases(), db::dialect_name);

TEST_P(Quarantine, holds_what_looks_unsent_until_a_person_approves)
{
    auto unsent = add("1");
    EXPECT_EQ(quarantine(), 1);
    auto held = order(unsent.id);
    EXPECT_EQ(held.phase, Phase::review);
    EXPECT_EQ(held.status, "pending");
    EXPECT_EQ(held.reason, "quarantine");
    EXPECT_EQ(held.reason_text, "restored from a copy");
    EXPECT_EQ(quarantine(), 0) << "twice is once";
}

TEST_P(Quarantine, what_would_be_sent_again_by_itself_is_not)
{
    auto waits = refused("1", "no_funds");
    auto final = refused("2", "bad_link");
    EXPECT_EQ(quarantine(), 1);
    EXPECT_EQ(order(waits.id).reason, "quarantine");
    EXPECT_EQ(order(waits.id).phase, Phase::notaccepted);
    EXPECT_EQ(order(final.id).reason, "bad_link") << "a person decides on it anyway";
}

TEST_P(Quarantine, more_than_one_transaction_takes_are_all_held)
{
    constexpr int many = 501;
    std::vector<Draft> drafts;
    for (int i = 0; i < many; ++i) drafts.push_back(draft(std::to_string(i)));
    write([&](db::Tx& tx) { return insert_orders(tx, now, drafts, settings()); });
    EXPECT_EQ(quarantine(), many);
    EXPECT_EQ(read([](db::Tx& tx) {
                  return tx.first<std::int64_t>("SELECT COUNT(*) FROM orders WHERE phase = 'launching'").value();
              }),
              0);
}

TEST_P(Quarantine, people_are_told_once_with_the_count)
{
    auto told = [&] {
        return read([](db::Tx& tx) { return tx.query<std::string>("SELECT body FROM notices WHERE kind = 'quarantine'"); });
    };
    quarantine();
    EXPECT_EQ(told().size(), 0U) << "nothing was held";
    add("1");
    quarantine();
    quarantine();
    ASSERT_EQ(told().size(), 1U);
    EXPECT_NE(told().front().find(": 1"), std::string::npos) << told().front();
}

}  // namespace
}  // namespace smg::orders
