#include "orders/order_news.hpp"

#include <gmock/gmock.h>

#include "jobs/news.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OrderNews : public Orders {
protected:
    void follow(const std::set<std::string>& events)
    {
        write([&](db::Tx& tx) -> Result<void> {
            jobs::follow(tx, [&] { return events; });
            return {};
        }).value();
    }

    Order move(const Order& from, Move how)
    {
        return write([&](db::Tx& tx) { return move_order(tx, now, from, how, {}); }).value();
    }

    std::vector<jobs::News> told()
    {
        std::vector<jobs::News> out;
        auto payloads = read(
            [](db::Tx& tx) { return tx.query<std::string>("SELECT payload FROM jobs WHERE kind = 'news' ORDER BY id"); });
        for (auto& payload : payloads) {
            jobs::Job job;
            job.payload = std::move(payload);
            out.push_back(jobs::news_in(job).value());
        }
        return out;
    }

    std::vector<std::string> events_told()
    {
        std::vector<std::string> out;
        for (const auto& news : told()) out.push_back(news.event);
        return out;
    }

    static constexpr auto every = {"order.created", "order.status_changed", "order.needs_decision"};
};
INSTANTIATE_TEST_SUITE_P(databases, OrderNews, db::both_databases(), db::dialect_name);

TEST_P(OrderNews, are_written_down_for_those_who_follow_alone)
{
    add("1");
    EXPECT_THAT(told(), IsEmpty()) << "nobody follows";
    follow({"order.status_changed"});
    auto order = move(add("2"), Move::taken);
    EXPECT_THAT(told(), IsEmpty()) << "launching and sending are one status to a shop";
    move(order, Move::lost);
    EXPECT_THAT(events_told(), ElementsAre("order.status_changed"));
}

TEST_P(OrderNews, tell_of_a_new_order_its_way_and_what_waits_for_a_person)
{
    follow({every.begin(), every.end()});
    auto order = move(move(add("1"), Move::taken), Move::lost);
    move(order, Move::dropped);
    add("2", {}, Phase::review);
    EXPECT_THAT(events_told(), ElementsAre("order.created", "order.status_changed", "order.needs_decision",
                                           "order.status_changed", "order.created", "order.needs_decision"));
    auto all = told();
    EXPECT_EQ(all[0].site_id, order.site_id);
    EXPECT_EQ(all[0].payload.at("data").at("status"), "launching") << "as it was at that moment";
    EXPECT_EQ(all[1].payload.at("data").at("status"), "uncertain");
    EXPECT_EQ(all[3].payload.at("data").at("status"), "canceled");
    EXPECT_NE(all[0].event_id, all[1].event_id);
    EXPECT_FALSE(all[3].payload.at("data").as_object().contains("provider_price"));
}

TEST_P(OrderNews, tell_when_a_move_takes_away_a_word_that_a_person_gave)
{
    auto order = add("1");
    order = write([&](db::Tx& tx) { return update_order(tx, now, order, {orders::set(tx, "status", "partial")}); }).value();
    follow({"order.status_changed"});
    move(order, Move::taken);
    ASSERT_THAT(events_told(), ElementsAre("order.status_changed"));
    EXPECT_EQ(told().front().payload.at("data").at("status"), "launching");
    EXPECT_THAT(history(order.id), ElementsAre("received", "taken", "status"));
}

TEST_P(OrderNews, of_what_was_rolled_back_are_gone_with_it)
{
    follow({every.begin(), every.end()});
    auto order = move(add("1"), Move::taken);
    auto before = told().size();
    auto failed = write([&](db::Tx& tx) -> Result<void> {
        if (auto moved = move_order(tx, now, order, Move::lost, {}); !moved) return fail(moved.error());
        return fail(Code::failed, "something else went wrong");
    });
    EXPECT_FALSE(failed);
    EXPECT_EQ(told().size(), before);
}

}  // namespace
}  // namespace smg::orders
