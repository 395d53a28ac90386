#include "orders/recovery.hpp"

#include <gmock/gmock.h>

#include "jobs/boots.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class Recovery : public Orders {
protected:
    Recovered recover(const std::vector<std::string>& live)
    {
        return write([&](db::Tx& tx) { return recover_attempts(tx, now, live, settings()); }).value();
    }

    // As App::recover() asks it.
    Recovered recover_as(const jobs::Boot& own)
    {
        return write([&](db::Tx& tx) {
                   return recover_attempts(tx, now, jobs::live_boots(tx, own, now - jobs::boot_silence), settings());
               })
            .value();
    }

    void enter(const jobs::Boot& boot_row)
    {
        write([&](db::Tx& tx) -> Result<void> {
            jobs::register_boot(tx, now, boot_row);
            return {};
        });
    }

    Attempt prepare(OrderId id, const std::string& boot_id)
    {
        return write(
            [&](db::Tx& tx) { return prepare_attempt(tx, now, find_order(tx, id).value(), provider, boot_id).value(); });
    }

    void clear_jobs()
    {
        write([](db::Tx& tx) { return tx.execute("DELETE FROM jobs"); });
    }

    std::int64_t enqueue()
    {
        return write([&](db::Tx& tx) { return enqueue_stranded(tx, now); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Recovery, db::both_databases(), db::dialect_name);

TEST_P(Recovery, what_was_only_prepared_is_not_sent_and_goes_on)
{
    auto made = add("1");
    prepare(made.id, "dead");
    now += 1s;
    auto recovered = recover({"alive"});
    EXPECT_EQ(recovered.not_sent, 1);
    EXPECT_EQ(recovered.lost, 0);
    EXPECT_EQ(attempts(made.id).at(0).state, AttemptState::not_sent);
    EXPECT_EQ(attempts(made.id).at(0).done_at, now);
    EXPECT_EQ(order(made.id).phase, Phase::launching);
    EXPECT_EQ(order(made.id).version, made.version);
}

TEST_P(Recovery, what_may_be_on_the_wire_is_unknown_and_waits_for_a_person)
{
    auto sent = begin(add("1").id, "dead");
    clear_jobs();
    EXPECT_EQ(recover({"alive"}).lost, 1);
    EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain);
    EXPECT_EQ(attempts(sent.order_id).at(0).state, AttemptState::unknown);
    EXPECT_TRUE(attempts(sent.order_id).at(0).by_restart);
    EXPECT_EQ(count("notices WHERE kind = 'uncertain'"), 1);
    EXPECT_EQ(enqueue(), 0);
    EXPECT_EQ(count("jobs WHERE kind = 'order.send'"), 0);
    EXPECT_EQ(recover({"alive"}).lost, 0);  // once
    EXPECT_THAT(history(sent.order_id), ElementsAre("received", "taken", "lost"));
}

TEST_P(Recovery, what_the_living_do_is_left_alone_however_old_it_is)
{
    auto sent = begin(add("1").id, "alive");
    auto waiting = add("2");
    prepare(waiting.id, "alive");
    now += 24h;
    for (const auto& live : {std::vector<std::string>{"alive"}, {"other", "alive"}}) {
        auto recovered = recover(live);
        EXPECT_EQ(recovered.lost + recovered.not_sent, 0);
    }
    EXPECT_EQ(order(sent.order_id).phase, Phase::sending);
    EXPECT_EQ(attempts(waiting.id).at(0).state, AttemptState::prepared);
    auto both = recover({});  // control: when nobody lives
    EXPECT_EQ(both.lost, 1);
    EXPECT_EQ(both.not_sent, 1);
}

TEST_P(Recovery, what_ended_before_the_crash_stays_as_it_ended)
{
    auto executing = add_in(Phase::executing, "1");
    auto uncertain = add_in(Phase::uncertain, "2");
    auto recovered = recover({});
    EXPECT_EQ(recovered.lost + recovered.not_sent, 0);
    EXPECT_EQ(order(executing.id).version, executing.version);
    EXPECT_EQ(order(uncertain.id).version, uncertain.version);
}

TEST_P(Recovery, the_boots_before_ours_in_our_directory_are_dead_at_once)
{
    enter({"before", "node", "host", 1, "1.0"});
    auto sent = begin(add("1").id, "before");
    enter({"ours", "node", "host", 2, "1.0"});
    EXPECT_EQ(recover_as({"ours", "node", "host", 2, "1.0"}).lost, 1);
    EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain);
}

TEST_P(Recovery, another_nodes_boot_is_dead_after_its_silence_alone)
{
    enter({"other", "other-node", "host", 1, "1.0"});
    auto sent = begin(add("1").id, "other");
    jobs::Boot own{"ours", "node", "host", 2, "1.0"};
    now += jobs::boot_silence;
    EXPECT_EQ(recover_as(own).lost, 0);
    now += 1s;
    EXPECT_EQ(recover_as(own).lost, 1);
    EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain);
}

TEST_P(Recovery, a_boot_that_stopped_with_a_request_on_the_wire_has_left_it_too)
{
    enter({"before", "node", "host", 1, "1.0"});
    auto sent = begin(add("1").id, "before");
    write([&](db::Tx& tx) -> Result<void> {
        jobs::end_boot(tx, now, "before");  // its patience ended before the supplier's
        return {};
    });
    now += 1h;
    EXPECT_EQ(recover_as({"ours", "node", "host", 2, "1.0"}).lost, 1);
    EXPECT_EQ(order(sent.order_id).phase, Phase::uncertain) << "nobody would ever look at it again";

    auto forgotten = begin(add("2").id, "row removed long ago");
    EXPECT_EQ(recover_as({"ours", "node", "host", 2, "1.0"}).lost, 1);
    EXPECT_EQ(order(forgotten.order_id).phase, Phase::uncertain);
}

TEST_P(Recovery, attempts_of_the_living_do_not_hide_those_of_the_dead)
{
    std::vector<Draft> drafts;
    for (int i = 0; i < 501; ++i) drafts.push_back(draft(std::to_string(i)));
    auto taken = take(drafts);
    write([&](db::Tx& tx) {
        return tx.execute(
            "INSERT INTO attempts (order_id, n, api_provider_id, supplier_service_id, link_key, quantity, state, boot_id, "
            "prepared_at) SELECT id, 1, ?, '77', 'x', 1, 'prepared', 'alive', ? FROM orders WHERE id <> ?",
            provider, now, taken.back()->id);
    });
    begin(taken.back()->id, "dead");
    EXPECT_EQ(recover({"alive"}).lost, 1);
}

TEST_P(Recovery, an_order_without_a_job_gets_one_once)
{
    auto stranded = add("1");
    add("2", {}, Phase::review);
    add_in(Phase::executing, "3");
    clear_jobs();
    EXPECT_EQ(enqueue(), 1);
    EXPECT_EQ(count("jobs"), 1);
    EXPECT_EQ(read([](db::Tx& tx) { return *tx.first<std::string>("SELECT payload FROM jobs"); }),
              R"({"order":)" + std::to_string(stranded.id.value) + "}");
    EXPECT_EQ(enqueue(), 0);
    EXPECT_EQ(count("jobs"), 1);
}

}  // namespace
}  // namespace smg::orders
