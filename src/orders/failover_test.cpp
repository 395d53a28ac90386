#include "orders/failover.hpp"

#include <gmock/gmock.h>
#include <boost/asio/co_spawn.hpp>

#include <map>
#include <random>

#include "orders/testing.hpp"
#include "suppliers/funds.hpp"

namespace smg::orders {
namespace {

using suppliers::Reason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Blames, are_told_for_every_reason)
{
    for (const auto& blame : blames()) EXPECT_FALSE(blame.why.empty()) << word(blame.reason);
    for (auto reason : {Reason::bad_link, Reason::bad_quantity, Reason::duplicate_link, Reason::bad_request, Reason::none,
                        Reason::other, Reason::unreachable})
        EXPECT_FALSE(suppliers_own(reason)) << word(reason);
    for (auto reason : {Reason::no_funds, Reason::rate_limit, Reason::maintenance, Reason::bad_service, Reason::bad_key,
                        Reason::account_suspended, Reason::not_allowed, Reason::edge, Reason::bad_address})
        EXPECT_TRUE(suppliers_own(reason)) << word(reason);
}

class Failover : public Orders {
protected:
    void SetUp() override
    {
        Orders::SetUp();
        if (IsSkipped()) return;
        second = write([&](db::Tx& tx) { return add_supplier(tx, "2"); });
        third = write([&](db::Tx& tx) { return add_supplier(tx, "3"); });
    }

    void name(ProviderId other, int priority, const suppliers::MappingChange& change)
    {
        ASSERT_TRUE(write([&](db::Tx& tx) -> Result<void> {
            auto mapping = suppliers::add_mapping(tx, now, supplier_id, other, priority).value();
            suppliers::change_mapping(tx, now, mapping.id, change).value();
            return {};
        }));
    }

    // Steps 1 to 3 at the supplier to which the order goes.
    Attempt begin_routed(OrderId id)
    {
        return write([&](db::Tx& tx) {
            auto found = find_order(tx, id).value();
            auto routed = found;
            auto supplier = take_route(tx, routed).value();
            auto attempt = prepare_attempt(tx, now, routed, supplier.id, boot).value();
            move_attempt(tx, attempt, AttemptState::prepared, AttemptState::sending);
            tx.execute("UPDATE attempts SET sending_at = ? WHERE id = ?", now, attempt.id);
            move_order(tx, now, found, Move::taken, {}, {}, {orders::set(tx, "api_provider_id", supplier.id)}).value();
            return find_attempt(tx, attempt.id).value();
        });
    }

    std::string lane(OrderId id)
    {
        return read([&](db::Tx& tx) {
            return tx
                .first<std::string>("SELECT lane FROM jobs WHERE dedup_key = ?", "order.send:" + std::to_string(id.value))
                .value_or("");
        });
    }

    ProviderId second, third;

    boost::asio::io_context io;  // outlives the database's threads, which wake it
};
INSTANTIATE_TEST_SUITE_P(databases, Failover, db::both_databases(), db::dialect_name);

TEST_P(Failover, a_refusal_for_a_reason_of_its_own_sends_the_order_to_the_next_that_knows_the_service)
{
    name(second, 2, {{}, {}, suppliers::ServiceNames{{"78", "5"}}});
    name(third, 3, {{}, {}, suppliers::ServiceNames{{"77", "2044"}}});
    auto id = add("1").id;
    auto gone = end(begin_routed(id), rejected(Reason::bad_service, "Incorrect service ID"));
    EXPECT_EQ(gone.phase, Phase::launching);
    EXPECT_EQ(gone.route_provider_id, third);
    EXPECT_EQ(gone.supplier_service_id, "77") << "what the shop asked for stays";
    EXPECT_FALSE(gone.reason);
    EXPECT_EQ(lane(id), suppliers::lane_of(third));
    EXPECT_THAT(history(id), ElementsAre("received", "taken", "refused", "resent", "failover"));
    EXPECT_EQ(events(id).back().from_value, "Supplier 1");
    EXPECT_EQ(events(id).back().to_value, "Supplier 3");
    EXPECT_EQ(events(id).back().actor_kind, "system");
    EXPECT_EQ(count("notices WHERE kind = 'notaccepted'"), 0);
    EXPECT_EQ(count("notices WHERE kind = 'decision_needed'"), 1);

    auto made = end(begin_routed(id), accepted("9001"));
    EXPECT_EQ(made.phase, Phase::executing);
    EXPECT_EQ(made.api_provider_id, third);
    EXPECT_EQ(attempts(id).back().supplier_service_id, "2044");
}

TEST_P(Failover, happens_for_the_suppliers_reasons_and_for_no_other)
{
    name(second, 2, {{}, true, {}});
    int n = 0;
    for (const auto& blame : blames()) {
        if (blame.reason == Reason::bad_address || blame.reason == Reason::unreachable)
            continue;  // never said by a supplier
        auto number = std::to_string(++n);
        auto id = add(number, {{"url", "https://t.me/p" + number}}).id;
        auto ended = end(begin_routed(id), rejected(blame.reason, std::string(word(blame.reason))));
        EXPECT_EQ(ended.phase, blame.suppliers_own ? Phase::launching : Phase::notaccepted) << word(blame.reason);
        EXPECT_EQ(ended.route_provider_id.has_value(), blame.suppliers_own) << word(blame.reason);
        write([&](db::Tx& tx) -> Result<void> {
            suppliers::release_funds(tx, now, provider, suppliers::FundsBack::seen, "test");
            return {};
        });
    }
}

TEST_P(Failover, an_address_that_nobody_can_reach_sends_it_on_as_well)
{
    name(second, 2, {{}, true, {}});
    auto hopeless = unsent();
    hopeless.verdict.reason = Reason::bad_address;
    auto made = add("1");
    auto prepared = write([&](db::Tx& tx) { return prepare_attempt(tx, now, made, provider, boot).value(); });
    auto gone = end(prepared, hopeless);
    EXPECT_EQ(gone.phase, Phase::launching);
    EXPECT_EQ(gone.route_provider_id, second);
}

TEST_P(Failover, stays_where_nobody_else_may_have_it)
{
    auto refused = [&](const std::string& number) {
        auto id = add(number, {{"url", "https://t.me/p" + number}}).id;
        return end(begin_routed(id), rejected(Reason::bad_key, "Invalid API key")).phase;
    };
    EXPECT_EQ(refused("1"), Phase::notaccepted) << "no other supplier is named";
    name(second, 2, {{}, {}, suppliers::ServiceNames{{"78", "5"}}});
    EXPECT_EQ(refused("2"), Phase::notaccepted) << "it does not know the service";
    name(third, 3, {{}, true, {}});
    auto set_third = [&](const std::string& assignment) {
        write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET " + assignment + " WHERE id = ?", third); });
    };
    for (auto [column, off, on] : {std::tuple{"is_active", "0", "1"},
                                   {"paused_at", "'2026-11-22 17:00:00.000'", "NULL"},
                                   {"funds_out_at", "'2026-11-22 17:00:00.000'", "NULL"}}) {
        set_third(std::string(column) + " = " + off);
        EXPECT_EQ(refused(std::string("3") + column), Phase::notaccepted) << column;
        set_third(std::string(column) + " = " + on);
    }
    set("failover.enabled", "0");
    EXPECT_EQ(refused("4"), Phase::notaccepted) << "switched off";
    set("failover.enabled", "1");
    EXPECT_EQ(refused("5"), Phase::launching) << "control: nothing stands in its way any more";
}

TEST_P(Failover, never_after_any_attempt_that_may_have_arrived)
{
    name(second, 2, {{}, true, {}});
    auto id = add("1").id;
    auto lost = begin_routed(id);
    end(lost, unknown());
    EXPECT_FALSE(read([&](db::Tx& tx) { return next_supplier(tx, find_order(tx, id).value(), provider); }));
    // A person decides that it is not there, and the supplier refuses the next request.
    write([&](db::Tx& tx) -> Result<void> {
        move_attempt(tx, lost, AttemptState::unknown, AttemptState::resolved_absent);
        move_order(tx, now, find_order(tx, id).value(), Move::absent, {}).value();
        return {};
    });
    EXPECT_EQ(end(begin_routed(id), rejected(Reason::bad_key, "Invalid API key")).phase, Phase::notaccepted);
}

TEST_P(Failover, orders_that_wait_for_funds_go_elsewhere_without_being_sent_in_vain)
{
    auto waits = add("1").id, elsewhere = add("2", {{"supplier_id", "2"}}).id;
    auto unknown_there = add("3", {{"supplier_service_id", "99"}}).id;
    name(second, 2, {{}, {}, suppliers::ServiceNames{{"77", "2044"}}});
    end(begin_routed(add("4", {{"url", "https://t.me/p4"}}).id), rejected(Reason::no_funds, "Not enough funds on balance"));
    ManualClock clock(now);
    jobs::Job job;
    job.payload = "{\"provider\":" + std::to_string(provider.value) + "}";
    boost::asio::co_spawn(io, divert_waiting({db(), clock, settings()}, job), [](std::exception_ptr, jobs::Outcome) {});
    io.run();
    EXPECT_EQ(order(waits).route_provider_id, second);
    EXPECT_THAT(history(waits), ElementsAre("received", "failover"));
    EXPECT_EQ(lane(waits), suppliers::lane_of(second));
    EXPECT_FALSE(order(elsewhere).route_provider_id);
    EXPECT_FALSE(order(unknown_there).route_provider_id);
    EXPECT_EQ(lane(unknown_there), suppliers::lane_of(provider));
    EXPECT_THAT(attempts(waits), IsEmpty());
}

TEST_P(Failover, what_waits_follows_a_change_of_mappings_into_the_other_suppliers_lane)
{
    auto waits = add("1").id, elsewhere = add("2", {{"supplier_id", "2"}}).id;
    auto before = lane(elsewhere);
    ManualClock clock(now);
    auto follow = [&] {
        boost::asio::co_spawn(io, follow_routes({db(), clock, settings()}, {}), [](std::exception_ptr, jobs::Outcome) {});
        io.restart();
        io.run();
    };
    name(second, 2, {{}, true, {}});
    follow();
    EXPECT_EQ(lane(waits), suppliers::lane_of(provider)) << "control: the first one still gets it";
    write([&](db::Tx& tx) {
        return Result<std::int64_t>(tx.execute("UPDATE api_providers SET is_active = 0 WHERE id = ?", provider));
    }).value();
    follow();
    EXPECT_EQ(lane(waits), suppliers::lane_of(second));
    EXPECT_EQ(lane(elsewhere), before);
}

TEST_P(Failover, a_resend_by_a_person_begins_at_the_first_supplier)
{
    name(second, 2, {{}, true, {}});
    auto id = add("1").id;
    end(begin_routed(id), rejected(Reason::bad_key, "Invalid API key"));
    auto refused = end(begin_routed(id), rejected(Reason::bad_key, "Invalid API key"));
    ASSERT_EQ(refused.phase, Phase::notaccepted) << "each supplier once";
    Decision decision;
    decision.id = id;
    decision.kind = DecisionKind::resend;
    decision.version = refused.version;
    http::Caller olena;
    olena.kind = http::Caller::Kind::person;
    olena.role = http::Role::manager;
    olena.name = "Olena";
    olena.sites.reset();
    auto resent = write([&](db::Tx& tx) { return decide(tx, now, olena, decision, settings(), {}, {}); });
    ASSERT_TRUE(resent) << resent.error().message;
    EXPECT_FALSE(resent->route_provider_id);
    EXPECT_EQ(lane(id), suppliers::lane_of(provider));
}

// Whatever suppliers say in whatever order: nothing is sent after what may have arrived, and no supplier is asked twice.
TEST_P(Failover, holds_for_any_sequence_of_verdicts)
{
    name(second, 2, {{}, true, {}});
    name(third, 3, {{}, true, {}});
    std::mt19937 random(20261122);
    auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    int went_on = 0, all_refused = 0;
    for (int n = 0; n < 60; ++n) {
        auto id = add("r" + std::to_string(n), {{"url", "https://t.me/r" + std::to_string(n)}}).id;
        std::map<std::int64_t, int> asked;
        for (int steps = 0; order(id).phase == Phase::launching && steps < 20; ++steps) {
            auto attempt = begin_routed(id);
            for (const auto& earlier : attempts(id))
                if (earlier.id != attempt.id)
                    ASSERT_TRUE(earlier.state == AttemptState::rejected || earlier.state == AttemptState::not_sent);
            auto verdict = pick(10);
            if (verdict == 0) end(attempt, accepted(std::to_string(700'000 + n * 20 + steps)));
            else if (verdict == 1) end(attempt, unknown());
            else if (verdict <= 3) end(attempt, unsent());
            else {
                const auto& blame = blames()[static_cast<std::size_t>(pick(static_cast<int>(blames().size())))];
                end(attempt, rejected(blame.reason, std::string(word(blame.reason))));
            }
            if (verdict != 2 && verdict != 3) ++asked[attempt.api_provider_id.value];
            write([&](db::Tx& tx) -> Result<void> {
                for (auto supplier : {provider, second, third})
                    suppliers::release_funds(tx, now, supplier, suppliers::FundsBack::seen, "test");
                return {};
            });
        }
        for (auto [supplier, times] : asked) EXPECT_EQ(times, 1) << "order " << id.value << ", supplier " << supplier;
        went_on += asked.size() > 1;
        all_refused += asked.size() == 3 && order(id).phase == Phase::notaccepted;
    }
    EXPECT_GT(went_on, 5) << "nothing was tried";
    EXPECT_GT(all_refused, 0) << "nothing was tried";
}

}  // namespace
}  // namespace smg::orders
