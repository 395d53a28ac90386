#include "orders/upkeep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;

class Upkeep : public Orders {
protected:
    void tend(Async<jobs::Outcome> (*task)(UpkeepDesk, jobs::Job))
    {
        boost::asio::co_spawn(io, task({db(), clock, settings()}, {}), [](std::exception_ptr, jobs::Outcome) {});
        io.restart();
        io.run();
    }

    void refuse(const std::string& number, const std::string& supplier, const std::string& reason)
    {
        auto one = add(number, {{"supplier_id", supplier}}, Phase::notaccepted);
        write([&](db::Tx& tx) { return update_order(tx, now, one, {orders::set(tx, "reason", reason)}); }).value();
    }

    boost::asio::io_context io{1};
    ManualClock clock{now};
};
INSTANTIATE_TEST_SUITE_P(databases, Upkeep, db::both_databases(), db::dialect_name);

TEST_P(Upkeep, sends_on_what_may_be_sent_however_many_wait_for_a_mapping)
{
    constexpr int many = 201;
    std::vector<Draft> drafts;
    for (int i = 0; i < many; ++i) {
        auto one = draft(std::to_string(i), {{"supplier_id", "unmapped"}});
        one.order.phase = Phase::notaccepted;
        one.order.status = status_of(one.order.phase);
        one.order.reason = "no_mapping";
        drafts.push_back(std::move(one));
    }
    take(drafts);
    refuse("passes", supplier_id, "rate_limit");
    clock.advance(1h);
    tend(tend_errors);
    EXPECT_EQ(count("orders WHERE phase = 'launching' AND wp_order_number = 'passes'"), 1);
    EXPECT_EQ(count("orders WHERE phase = 'notaccepted'"), many) << "control: those still have nowhere to go";
}

TEST_P(Upkeep, looks_where_a_failover_led_each_order)
{
    auto dry = write([&](db::Tx& tx) { return add_supplier(tx, "2"); });
    write([&](db::Tx& tx) {
        return Result<std::int64_t>(tx.execute("UPDATE api_providers SET funds_out_at = ? WHERE id = ?", now, dry));
    }).value();
    refuse("led there", supplier_id, "rate_limit");
    write([&](db::Tx& tx) {
        return Result<std::int64_t>(tx.execute("UPDATE orders SET route_provider_id = ?", dry));
    }).value();
    refuse("stays", supplier_id, "rate_limit");
    clock.advance(1h);
    tend(tend_errors);
    EXPECT_EQ(count("orders WHERE phase = 'launching' AND wp_order_number = 'stays'"), 1);
    EXPECT_EQ(count("orders WHERE phase = 'notaccepted' AND wp_order_number = 'led there'"), 1);
    auto waits = [&] { return read([&](db::Tx& tx) { return long_in_flight(tx, clock.now() + 1h); }).count; };
    EXPECT_EQ(waits(), 1);
    write([&](db::Tx& tx) {
        return move_order(tx, clock.now(), *tx.find<Order>("FROM orders WHERE wp_order_number = 'led there'"), Move::resent,
                          {});
    }).value();
    EXPECT_EQ(waits(), 1) << "of a supplier without funds people are told already";
}

TEST_P(Upkeep, a_try_that_failed_does_not_begin_the_waiting_anew)
{
    auto order_id = add("1").id;
    auto waits = [&](Time since) { return read([&](db::Tx& tx) { return long_in_flight(tx, since); }).count; };
    EXPECT_EQ(waits(now), 0) << "control";
    auto came = now;
    for (int i = 0; i < 3; ++i) {
        now += 6min;
        end(begin(order_id), unsent());
        ASSERT_EQ(order(order_id).phase, Phase::launching);
    }
    EXPECT_EQ(waits(came + 1ms), 1);
    write([&](db::Tx& tx) { return move_order(tx, now, find_order(tx, order_id).value(), Move::held, {}); }).value();
    now += 1h;
    write([&](db::Tx& tx) { return move_order(tx, now, find_order(tx, order_id).value(), Move::approved, {}); }).value();
    EXPECT_EQ(waits(now), 0) << "a person's approval does";
}

}  // namespace
}  // namespace smg::orders
