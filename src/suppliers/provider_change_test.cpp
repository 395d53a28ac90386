#include "suppliers/provider_change.hpp"

#include <gmock/gmock.h>

#include "jobs/job.hpp"
#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

using testing::HasSubstr;
using testing::Not;

class ProviderChanges : public Suppliers {
protected:
    Result<ChangedProvider> change(const Provider& provider, const ProviderChange& asked)
    {
        return write([&](db::Tx& tx) { return change_provider(tx, master, clock.now(), provider, asked); });
    }

    Result<ChangedProvider> create(const ProviderChange& asked)
    {
        return write([&](db::Tx& tx) { return create_provider(tx, master, clock.now(), asked); });
    }

    static ProviderChange panel()
    {
        ProviderChange asked;
        asked.name = "Panel";
        asked.api_url = "https://panel.example/api/v2?token=hidden";
        asked.api_key = "0123456789abcdef-new";
        return asked;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, ProviderChanges, db::both_databases(), db::dialect_name);

TEST_P(ProviderChanges, make_a_supplier_that_no_supplier_id_leads_to)
{
    auto asked = panel();
    asked.password = "pass word";
    asked.trigger_price = "12.5";
    auto made = create(asked);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->provider.name, "Panel");
    EXPECT_TRUE(made->provider.is_active);
    EXPECT_EQ(made->provider.parallel_sends, 8);
    EXPECT_EQ(made->provider.calls_per_second, 2);
    EXPECT_EQ(made->provider.trigger_price, Money::parse("12.5"));
    EXPECT_EQ(key_of(master, made->provider)->reveal(), "0123456789abcdef-new");
    EXPECT_EQ(master.open(*made->provider.password, password_place(made->provider.id))->reveal(), "pass word");
    EXPECT_THAT(made->detail, HasSubstr("…-new"));
    for (auto secret : {"0123456789", "pass word", "hidden"}) EXPECT_THAT(made->detail, Not(HasSubstr(secret)));
}

TEST_P(ProviderChanges, need_a_name_an_address_and_a_key_to_begin_with)
{
    auto made = create({});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fields.size(), 3u);
    EXPECT_TRUE(read([](db::Tx& tx) { return all_providers(tx); }).empty());
}

TEST_P(ProviderChanges, leave_alone_what_is_not_asked_for)
{
    auto before = add("1");
    ProviderChange asked;
    asked.calls_per_second = 10;
    auto changed = change(before, asked);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->detail, "calls_per_second: 2 -> 10");
    auto after = found(before.id);
    EXPECT_EQ(after.calls_per_second, 10);
    after.calls_per_second = before.calls_per_second;
    EXPECT_EQ(json::text_of(json::from(after)), json::text_of(json::from(before)));
    EXPECT_GT(announcements(), 0);
}

TEST_P(ProviderChanges, that_change_nothing_are_none)
{
    auto before = add("1");
    ProviderChange asked;
    asked.name = before.name;
    asked.trigger_price = "";
    asked.password = "";
    auto told = announcements();
    EXPECT_EQ(change(before, asked)->detail, "");
    EXPECT_EQ(change(before, {})->detail, "");
    EXPECT_EQ(announcements(), told);
}

TEST_P(ProviderChanges, of_the_address_keep_the_key_readable)
{
    auto before = add("1");
    ProviderChange asked;
    asked.api_url = "https://other.example/api/v2";
    asked.allow_private = false;
    ASSERT_TRUE(change(before, asked));
    auto after = found(before.id);
    auto endpoint = read([&](db::Tx& tx) { return endpoint_of(tx, master, settings(), after); });
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->url, "https://other.example/api/v2");
    EXPECT_EQ(endpoint->key.reveal(), "0123456789abcdef-1");
    EXPECT_FALSE(endpoint->allow_private);
    EXPECT_EQ(endpoint->provider, before.id);
    EXPECT_EQ(endpoint->calls_per_second, 2);
}

TEST_P(ProviderChanges, take_away_what_is_emptied)
{
    auto before = add("1");
    ProviderChange asked;
    asked.login = "olena";
    asked.password = "secret";
    asked.currency = "usd";
    asked.trigger_price = "5";
    auto full = change(before, asked)->provider;
    EXPECT_EQ(full.login, "olena");
    EXPECT_EQ(full.currency, "USD");
    EXPECT_TRUE(full.password && full.trigger_price);
    asked.login = asked.password = asked.currency = asked.trigger_price = "";
    auto empty = change(full, asked)->provider;
    EXPECT_FALSE(empty.login || empty.password || empty.currency || empty.trigger_price);
}

TEST_P(ProviderChanges, of_an_address_let_go_on_what_waits_for_it)
{
    auto provider = add("1");
    auto later = clock.now() + std::chrono::hours(1);
    write([&](db::Tx& tx) -> Result<void> {
        jobs::NewJob job;
        job.kind = "orders.send";
        job.lane = lane_of(provider.id);
        job.run_at = later;
        jobs::enqueue(tx, clock.now(), job);
        return {};
    });
    auto run_at = [&] {
        return read([](db::Tx& tx) { return tx.first<Time>("SELECT run_at FROM jobs WHERE kind = 'orders.send'"); });
    };
    ProviderChange asked;
    asked.name = "Another name";
    ASSERT_TRUE(change(provider, asked));
    EXPECT_EQ(run_at(), later);  // control
    asked.api_url = "https://other.example/api/v2";
    ASSERT_TRUE(change(provider, asked));
    EXPECT_EQ(run_at(), clock.now());
}

TEST_P(ProviderChanges, are_refused_with_every_field_that_is_wrong)
{
    auto provider = add("1");
    const std::string endless(600, 'x');
    struct Row {
        const char* field;
        std::function<void(ProviderChange&)> spoil;
    };
    const Row rows[] = {
        {"name", [](auto& c) { c.name = " "; }},
        {"name", [](auto& c) { c.name = "\xFF"; }},
        {"name", [&](auto& c) { c.name = endless; }},
        {"api_url", [](auto& c) { c.api_url = "panel.example"; }},
        {"api_url", [](auto& c) { c.api_url = "https://user:word@panel.example/"; }},
        {"api_url", [&](auto& c) { c.api_url = "https://panel.example/" + endless; }},
        {"api_key", [](auto& c) { c.api_key = ""; }},
        {"api_key", [&](auto& c) { c.api_key = endless; }},
        {"login", [&](auto& c) { c.login = endless; }},
        {"password", [&](auto& c) { c.password = endless; }},
        {"flavor", [](auto& c) { c.flavor = "sweet"; }},
        {"currency", [](auto& c) { c.currency = "U$"; }},
        {"currency", [](auto& c) { c.currency = "CURRENCYX"; }},
        {"parallel_sends", [](auto& c) { c.parallel_sends = 0; }},
        {"parallel_sends", [](auto& c) { c.parallel_sends = 16; }},
        {"calls_per_second", [](auto& c) { c.calls_per_second = 0; }},
        {"calls_per_second", [](auto& c) { c.calls_per_second = 101; }},
        {"sends_per_second", [](auto& c) { c.sends_per_second = -1; }},
        {"sends_per_second", [](auto& c) { c.sends_per_second = 1001; }},
        {"trigger_price", [](auto& c) { c.trigger_price = "much"; }},
        {"trigger_price", [](auto& c) { c.trigger_price = "-1"; }},
    };
    ProviderChange all;
    for (const auto& row : rows) {
        ProviderChange asked;
        row.spoil(asked);
        row.spoil(all);
        auto refused = change(provider, asked);
        ASSERT_FALSE(refused) << row.field;
        ASSERT_EQ(refused.error().fields.size(), 1u) << row.field;
        EXPECT_EQ(refused.error().fields[0].field, row.field);
    }
    EXPECT_EQ(change(provider, all).error().fields.size(), 11u);
    EXPECT_EQ(found(provider.id).name, provider.name);
}

}  // namespace
}  // namespace smg::suppliers
