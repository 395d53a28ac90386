#include "orders/event_store.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using ::testing::SizeIs;

class EventStore : public Orders {};
INSTANTIATE_TEST_SUITE_P(databases, EventStore, db::both_databases(), db::dialect_name);

TEST_P(EventStore, keeps_what_it_was_told_in_order)
{
    auto made = add("1");
    write([&](db::Tx& tx) -> Result<void> {
        auto first = make_event(made.id, now, {Actor::Kind::person, "Олена"}, "status");
        first.from_value = "launching";
        first.to_value = "custom";
        first.detail = "asked by the client";
        first.reply = R"({"order":1})";
        add_events(tx, {first, make_event(made.id, now, {}, "evidence")});
        return {};
    });
    auto all = events(made.id);
    ASSERT_THAT(all, SizeIs(3));  // with `received`
    EXPECT_EQ(all[1].actor_kind, "person");
    EXPECT_EQ(all[1].actor, "Олена");
    EXPECT_EQ(all[1].from_value, "launching");
    EXPECT_EQ(all[1].to_value, "custom");
    EXPECT_EQ(all[1].detail, "asked by the client");
    EXPECT_EQ(all[1].reply, R"({"order":1})");
    EXPECT_EQ(all[1].at, now);
    EXPECT_EQ(all[2].actor_kind, "system");
    EXPECT_EQ(all[2].kind, "evidence");
    EXPECT_FALSE(all[2].from_value || all[2].detail || all[2].reply);
    EXPECT_EQ(read([&](db::Tx& tx) { return last_event(tx, made.id)->kind; }), "evidence");
    EXPECT_FALSE(read([&](db::Tx& tx) { return last_event(tx, OrderId{made.id.value + 1}); }));
}

TEST_P(EventStore, cuts_what_is_too_long_between_characters)
{
    auto made = add("1");
    std::string endless;
    for (int i = 0; i < 5000; ++i) endless += "ї";
    write([&](db::Tx& tx) -> Result<void> {
        auto event = make_event(made.id, now, {Actor::Kind::person, endless}, "status");
        event.from_value = event.to_value = event.detail = endless;
        event.reply = endless + "\xFF";
        add_event(tx, event);
        return {};
    });
    auto kept = events(made.id).back();
    for (const auto& [text, most] : {std::pair{kept.actor, 255u},
                                     {*kept.from_value, 255u},
                                     {*kept.to_value, 255u},
                                     {*kept.detail, 1000u},
                                     {*kept.reply, 4096u}}) {
        EXPECT_LE(text.size(), most);
        EXPECT_GT(text.size(), most - 4);
        EXPECT_TRUE(valid_utf8(text));
    }
}

TEST_P(EventStore, shows_the_newest_500_oldest_first)
{
    auto made = add("1");
    write([&](db::Tx& tx) -> Result<void> {
        std::vector<Event> many;
        for (int i = 0; i < 510; ++i) many.push_back(make_event(made.id, now, {}, "n" + std::to_string(i)));
        add_events(tx, many);
        return {};
    });
    auto all = events(made.id);
    ASSERT_THAT(all, SizeIs(500));
    EXPECT_EQ(all.front().kind, "n10");
    EXPECT_EQ(all.back().kind, "n509");
}

TEST_P(EventStore, rolls_back_with_what_it_tells_of)
{
    auto made = add("1");
    auto failed = write([&](db::Tx& tx) -> Result<void> {
        add_event(tx, make_event(made.id, now, {}, "never"));
        return fail(Code::failed, "no");
    });
    EXPECT_FALSE(failed);
    EXPECT_THAT(events(made.id), SizeIs(1));
}

}  // namespace
}  // namespace smg::orders
