#include "orders/intake.hpp"

#include <gmock/gmock.h>

#include <set>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class IntakeStore : public Orders {
protected:
    Result<Taken> take_one(const Draft& one) { return std::move(take({one}).front()); }
};
INSTANTIATE_TEST_SUITE_P(databases, IntakeStore, db::both_databases(), db::dialect_name);

TEST_P(IntakeStore, the_first_time_makes_the_order_its_history_its_job_and_its_reply)
{
    auto one = draft("10045", {{"item_id", "7"}, {"telegram", "@olena"}, {"foreign", 1}, {"runs", nullptr}});
    auto taken = take_one(one);
    ASSERT_TRUE(taken);
    EXPECT_FALSE(taken->replayed);
    EXPECT_EQ(taken->body, R"({"success":true,"order_id":)" + std::to_string(taken->id.value) +
                               R"(,"wp_order_number":"10045","status":"launching"})");
    auto kept = order(taken->id);
    one.order.id = taken->id;
    EXPECT_EQ(json::text_of(json::from(kept)), json::text_of(json::from(one.order)));  // every column comes back as it was
    EXPECT_THAT(history(taken->id), ElementsAre("received"));
    EXPECT_EQ(events(taken->id)[0].detail, "1 unknown fields were ignored");
    EXPECT_EQ(count("jobs WHERE kind = 'order.send' AND lane = '" + suppliers::lane_of(provider) + "'"), 1);
    EXPECT_EQ(count("notices"), 0);
}

TEST_P(IntakeStore, a_held_order_gets_a_notice_in_place_of_a_job)
{
    auto one = draft("1");
    one.order.phase = Phase::review;
    one.order.status = status_of(Phase::review);
    ASSERT_TRUE(take_one(one));
    EXPECT_EQ(count("jobs WHERE kind = 'order.send'"), 0);
    EXPECT_EQ(count("notices WHERE kind = 'suspicious'"), 1);
}

TEST_P(IntakeStore, an_order_without_a_mapping_is_taken_all_the_same)
{
    EXPECT_TRUE(take_one(draft("1", {{"supplier_id", "999"}})));
    EXPECT_TRUE(take_one(draft("2", {{"supplier_id", nullptr}, {"supplier_service_id", nullptr}})));
    EXPECT_EQ(count("jobs WHERE kind = 'order.send' AND lane = ''"), 2);
}

TEST_P(IntakeStore, a_repeat_gets_the_first_reply_word_for_word_and_leaves_an_event)
{
    auto first = take_one(draft("1"));
    write([&](db::Tx& tx) { return tx.execute("UPDATE orders SET status = 'custom' WHERE id = ?", first->id); });
    for (int i = 0; i < 2; ++i) {
        auto again = take_one(draft("1", {{"notes", "another note makes no other order"}, {"client_email", "new@ukr.net"}}));
        ASSERT_TRUE(again);
        EXPECT_TRUE(again->replayed);
        EXPECT_EQ(again->id, first->id);
        EXPECT_EQ(again->body, first->body);
    }
    EXPECT_THAT(history(first->id), ElementsAre("received", "repeated", "repeated"));
    EXPECT_EQ(count("orders"), 1);
    EXPECT_EQ(count("jobs"), 1);
    EXPECT_EQ(order(first->id).version, 1);
}

TEST_P(IntakeStore, the_first_reply_of_a_held_order_is_repeated_when_it_has_gone_on)
{
    auto one = draft("1");
    one.order.phase = Phase::review;
    one.order.status = status_of(Phase::review);
    auto first = take_one(one);
    write([&](db::Tx& tx) {
        return tx.execute("UPDATE orders SET status = 'completed', phase = 'completed' WHERE id = ?", first->id);
    });
    auto again = take_one(draft("1"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->body, first->body);
    EXPECT_EQ(count("orders"), 1);
    EXPECT_EQ(count("idempotency"), 0);  // its history tells
}

TEST_P(IntakeStore, a_forgotten_idempotency_key_leaves_the_order_itself)
{
    auto first = take_one(draft("1", {}, "key"));
    EXPECT_EQ(count("idempotency"), 1);
    write([&](db::Tx& tx) { return tx.execute("DELETE FROM idempotency"); });
    auto again = take_one(draft("1", {}, "key"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->body, first->body);
    EXPECT_EQ(count("orders"), 1);
}

TEST_P(IntakeStore, the_same_item_with_other_content_is_refused_and_the_refusal_is_kept)
{
    auto first = take_one(draft("1", {{"item_id", "7"}}));
    auto other = take_one(draft("1", {{"item_id", "7"}, {"quantity", 101}}));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::invalid);
    EXPECT_EQ(other.error().fields.at(0).field, "item_id");
    EXPECT_THAT(history(first->id), ElementsAre("received", "repeat_refused"));
    EXPECT_EQ(order(first->id).quantity, 100);
    // Without an item_id other content is another order, and so is another item or another shop order.
    EXPECT_TRUE(take_one(draft("1", {{"quantity", 101}})));
    EXPECT_TRUE(take_one(draft("1", {{"item_id", "8"}})));
    EXPECT_TRUE(take_one(draft("2", {{"item_id", "7"}})));
    EXPECT_EQ(count("orders"), 4);
}

TEST_P(IntakeStore, the_same_order_of_another_shop_is_another_order)
{
    auto first = take_one(draft("1", {{"item_id", "7"}}, "key"));
    site = *write([&](db::Tx& tx) { return sites::add_site(tx, now, {"https://other.example", "Other", "UAH"}); });
    auto second = take_one(draft("1", {{"item_id", "7"}}, "key"));
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->replayed);
    EXPECT_NE(second->id, first->id);
}

TEST_P(IntakeStore, twins_in_one_batch_are_one_order)
{
    auto results = take({draft("1"), draft("1"), draft("2"), draft("1"), draft("1", {{"item_id", "7"}}),
                         draft("1", {{"item_id", "7"}, {"quantity", 5}})});
    ASSERT_THAT(results, SizeIs(6));
    for (auto twin : {1, 3}) {
        ASSERT_TRUE(results[twin]);
        EXPECT_TRUE(results[twin]->replayed);
        EXPECT_EQ(results[twin]->id, results[0]->id);
        EXPECT_EQ(results[twin]->body, results[0]->body);
    }
    EXPECT_FALSE(results[2]->replayed);
    EXPECT_TRUE(results[4]);
    EXPECT_FALSE(results[5]);  // the item of the one before with other content
    EXPECT_EQ(count("orders"), 3);
    EXPECT_EQ(count("jobs"), 3);
    EXPECT_THAT(history(results[0]->id), ElementsAre("received", "repeated", "repeated"));
    EXPECT_THAT(history(results[4]->id), ElementsAre("received", "repeat_refused"));
}

TEST_P(IntakeStore, an_idempotency_key_is_an_alias_of_its_order)
{
    auto first = take_one(draft("1", {}, "key-1"));
    auto again = take_one(draft("1", {}, "key-1"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->body, first->body);
    EXPECT_TRUE(take_one(draft("1"))->replayed);  // the order's own identity counts without the key too
    auto other = take_one(draft("2", {}, "key-1"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().fields.at(0).field, "Idempotency-Key");
    EXPECT_EQ(count("orders"), 1);
    auto batch = take({draft("3", {}, "key-3"), draft("4", {}, "key-3"), draft("3", {}, "key-3")});
    EXPECT_TRUE(batch[0]);
    EXPECT_FALSE(batch[1]);
    EXPECT_TRUE(batch[2] && batch[2]->replayed);
    EXPECT_EQ(count("orders"), 2);
}

TEST_P(IntakeStore, takes_256_at_once_and_answers_each_with_its_own)
{
    std::vector<Draft> drafts;
    for (int i = 0; i < 256; ++i) drafts.push_back(draft("n" + std::to_string(i)));
    auto results = take(drafts);
    ASSERT_THAT(results, SizeIs(256));
    std::set<std::int64_t> ids;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        ASSERT_TRUE(results[i]);
        ids.insert(results[i]->id.value);
        ASSERT_EQ(order(results[i]->id).wp_order_number, drafts[i].order.wp_order_number);
    }
    EXPECT_THAT(ids, SizeIs(256));
    for (auto table : {"orders", "order_events", "jobs"}) EXPECT_EQ(count(table), 256) << table;
    for (auto& result : take(drafts)) EXPECT_TRUE(result->replayed);
    EXPECT_EQ(count("orders"), 256);
}

TEST_P(IntakeStore, a_currency_that_is_new_is_made)
{
    auto usual = take_one(draft("1")), dollars = take_one(draft("2", {{"currency", "usd"}})),
         crowns = take_one(draft("3", {{"currency", "SEK"}}));
    EXPECT_EQ(order(usual->id).currency_id, site.currency_id);
    auto code = [&](const Result<Taken>& taken) {
        auto id = order(taken->id).currency_id;
        return read([&](db::Tx& tx) { return *tx.first<std::string>("SELECT code FROM currencies WHERE id = ?", id); });
    };
    EXPECT_EQ(code(dollars), "USD");
    EXPECT_EQ(code(crowns), "SEK");
    EXPECT_EQ(count("currencies WHERE code = 'SEK'"), 1);
}

TEST_P(IntakeStore, largest_values_of_every_field_fit_their_columns)
{
    std::string wide, lines;
    for (int i = 0; i < 2035; ++i) wide += "ї";
    for (int i = 0; i < 16'000; ++i) lines += i % 2 ? "\n" : "\"";
    auto text = [&](std::size_t characters) { return wide.substr(0, characters * 2); };
    auto taken = take_one(draft(text(64), {{"product_service", text(255)},
                                           {"client_email", text(255)},
                                           {"telegram", text(255)},
                                           {"url", "https://x.ua/" + wide},
                                           {"url_site", wide},
                                           {"api_type", text(64)},
                                           {"supplier_id", text(64)},
                                           {"supplier_service_id", text(64)},
                                           {"type_payment", text(64)},
                                           {"item_id", text(64)},
                                           {"total_amount", "92233720368.54775807"},
                                           {"quantity", nullptr},
                                           {"order_type", "Custom Comments Package"},
                                           {"comments", lines},
                                           {"date", "9999-12-31T23:59:59Z"}}));
    ASSERT_TRUE(taken);
    EXPECT_EQ(order(taken->id).total_amount, Money::parse("92233720368.54775807"));
    EXPECT_EQ(stored(order(taken->id).date), "9999-12-31 23:59:59.000");
}

}  // namespace
}  // namespace smg::orders
