#include "suppliers/provider_store.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"
#include "suppliers/reply_text_store.hpp"

namespace smg::suppliers {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const Time now = *from_stored("2026-11-22 17:00:00.000");

class ProviderStore : public db::OnBothDatabases {
protected:
    static NewProvider panel(const std::string& supplier_id, const std::string& key = "0123456789abcdef-key")
    {
        return {supplier_id, "Panel " + supplier_id, "https://panel.example/api/v2", Secret(key)};
    }

    template <class F>
    auto write(F work)
    {
        return db().write_now(std::move(work));
    }

    Result<Provider> add(const NewProvider& provider)
    {
        return write([&](db::Tx& tx) { return add_provider(tx, master, now, provider); });
    }

    Provider found(ProviderId id)
    {
        return db().read_now([&](db::Tx& tx) { return find_provider(tx, id).value(); });
    }

    std::optional<Provider> for_supplier(std::string_view supplier_id)
    {
        return db().read_now([&](db::Tx& tx) { return provider_for(tx, supplier_id); });
    }

    Result<Endpoint> endpoint(const Provider& provider, const MasterKey& key)
    {
        settings::Settings settings(db(), master);
        return db().read_now([&](db::Tx& tx) { return endpoint_of(tx, key, settings, provider); });
    }

    MasterKey master = MasterKey::random();
};
INSTANTIATE_TEST_SUITE_P(databases, ProviderStore, db::both_databases(), db::dialect_name);

TEST_P(ProviderStore, a_supplier_is_found_by_the_id_that_shops_use)
{
    auto wanted = panel("42");
    wanted.flavor = Flavor::smartpanel;
    wanted.allow_private = true;
    auto made = add(wanted);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->name, "Panel 42");
    EXPECT_EQ(made->flavor, Flavor::smartpanel);
    EXPECT_TRUE(made->allow_private && made->is_active && made->api_check && made->api_send_tg);
    EXPECT_FALSE(made->paused_at || made->api_balance);
    ASSERT_TRUE(for_supplier("42"));
    EXPECT_EQ(for_supplier("42")->id, made->id);
    EXPECT_FALSE(for_supplier("4"));
    EXPECT_FALSE(for_supplier(""));
}

TEST_P(ProviderStore, a_supplier_id_is_mapped_once)
{
    auto first = add(panel("42"));
    auto twin = add(panel("42"));
    ASSERT_FALSE(twin);
    EXPECT_EQ(twin.error().code, Code::conflict);
    EXPECT_EQ(for_supplier("42")->id, first->id);
    EXPECT_TRUE(add(panel("43")));
}

TEST_P(ProviderStore, a_supplier_id_of_one_that_is_switched_off_is_mapped_too)
{
    auto first = add(panel("42"));
    write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET is_active = 0 WHERE id = ?", first->id); });
    EXPECT_FALSE(for_supplier("42"));
    auto twin = add(panel("42"));
    ASSERT_FALSE(twin);
    EXPECT_EQ(twin.error().code, Code::conflict);
}

TEST_P(ProviderStore, the_first_active_by_priority_is_asked)
{
    auto first = add(panel("1")), second = add(panel("2"));
    write([&](db::Tx& tx) {
        return tx.execute(
            "INSERT INTO supplier_api_mappings (supplier_id, api_provider_id, priority) VALUES ('2', ?, 0), ('1', ?, 2)",
            first->id, second->id);
    });
    EXPECT_EQ(for_supplier("1")->id, first->id);
    EXPECT_EQ(for_supplier("2")->id, first->id);
    write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET is_active = 0 WHERE id = ?", first->id); });
    EXPECT_EQ(for_supplier("1")->id, second->id);
    auto active = db().read_now([](db::Tx& tx) { return active_providers(tx); });
    ASSERT_THAT(active, SizeIs(1));
    EXPECT_EQ(active[0].id, second->id);
}

TEST_P(ProviderStore, names_the_field_that_is_wrong)
{
    auto refused = [&](auto change) {
        auto provider = panel("42");
        change(provider);
        auto made = add(provider);
        return made ? std::string("none") : made.error().fields.at(0).field;
    };
    const std::string long_text(600, 'x');
    EXPECT_EQ(refused([](NewProvider& p) { p.supplier_id = ""; }), "supplier_id");
    EXPECT_EQ(refused([&](NewProvider& p) { p.supplier_id = long_text; }), "supplier_id");
    EXPECT_EQ(refused([](NewProvider& p) { p.name = ""; }), "name");
    EXPECT_EQ(refused([&](NewProvider& p) { p.name = long_text; }), "name");
    EXPECT_EQ(refused([](NewProvider& p) { p.name = "\xFF"; }), "name");
    EXPECT_EQ(refused([](NewProvider& p) { p.url = "panel.example"; }), "url");
    EXPECT_EQ(refused([](NewProvider& p) { p.url = "file:///etc/passwd"; }), "url");
    EXPECT_EQ(refused([&](NewProvider& p) { p.url += long_text; }), "url");
    EXPECT_EQ(refused([](NewProvider& p) { p.key = Secret(); }), "key");
    EXPECT_EQ(refused([](NewProvider&) {}), "none");
}

TEST_P(ProviderStore, the_key_rests_sealed_and_opens_in_its_own_row_alone)
{
    const std::string first_key = "first-secret-key-of-the-panel", second_key = "second-secret-key-of-the-panel";
    auto first = add(panel("1", first_key)), second = add(panel("2", second_key));
    std::string table;
    for (auto& one : db().read_now([](db::Tx& tx) { return tx.select<Provider>("FROM api_providers"); }))
        table += json::text_of(json::from(one));
    EXPECT_THAT(table, HasSubstr("Panel 1"));  // control: the dump does see the rows
    EXPECT_THAT(table, Not(HasSubstr(first_key)));
    EXPECT_THAT(table, Not(HasSubstr("secret")));

    EXPECT_EQ(endpoint(*first, master)->key.reveal(), first_key);
    EXPECT_EQ(endpoint(*second, master)->key.reveal(), second_key);
    EXPECT_EQ(endpoint(*first, MasterKey::random()).error().code, Code::failed);
    write([&](db::Tx& tx) {
        return tx.execute("UPDATE api_providers SET api_key = ? WHERE id = ?", *second->api_key, first->id);
    });
    auto moved = endpoint(found(first->id), master);
    ASSERT_FALSE(moved);
    EXPECT_THAT(moved.error().message, HasSubstr("Panel 1"));
    EXPECT_THAT(moved.error().message, Not(HasSubstr("secret-key")));
    write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET api_key = NULL WHERE id = ?", first->id); });
    EXPECT_FALSE(endpoint(found(first->id), master));
}

TEST_P(ProviderStore, an_endpoint_has_the_times_of_the_settings)
{
    auto made = add(panel("1"));
    auto reached = endpoint(*made, master);
    ASSERT_TRUE(reached);
    EXPECT_EQ(reached->url, "https://panel.example/api/v2");
    EXPECT_EQ(reached->connect_timeout, 5s);
    EXPECT_EQ(reached->add_timeout, 30s);
    EXPECT_EQ(reached->read_timeout, 15s);
    EXPECT_FALSE(reached->edge_rejects);
}

TEST_P(ProviderStore, a_pause_holds_until_a_person_releases_it)
{
    auto id = add(panel("1"))->id;
    auto pause = [&](Time at, const std::string& why) {
        return write([&](db::Tx& tx) { return pause_provider(tx, at, id, why); });
    };
    auto release = [&] { return write([&](db::Tx& tx) { return release_provider(tx, id); }); };
    EXPECT_FALSE(release());
    EXPECT_TRUE(pause(now, "3 answers were lost"));
    EXPECT_FALSE(pause(now + 1s, "another reason"));
    EXPECT_EQ(found(id).paused_at, now);
    EXPECT_EQ(found(id).paused_reason, "3 answers were lost");
    EXPECT_TRUE(release());
    EXPECT_FALSE(release());
    EXPECT_FALSE(found(id).paused_at || found(id).paused_reason);
    EXPECT_TRUE(pause(now, std::string(2000, 'x')));
    EXPECT_EQ(found(id).paused_reason->size(), 500u);
}

TEST_P(ProviderStore, a_balance_is_kept_and_an_error_does_not_replace_it)
{
    auto id = add(panel("1"))->id;
    auto amount = *Money::parse("100.84292");
    write([&](db::Tx& tx) -> Result<void> {
        note_balance(tx, now, id, amount, "USD");
        note_balance_error(tx, now + 1s, id, "Incorrect request");
        note_balance(tx, now + 2s, id, amount, "");
        return {};
    });
    EXPECT_EQ(found(id).api_balance, amount);
    EXPECT_EQ(found(id).currency, "USD");  // who does not say keeps what was said
    EXPECT_EQ(found(id).balance_at, now + 2s);
    EXPECT_EQ(found(id).answered_at, now + 2s);
}

TEST_P(ProviderStore, what_an_admin_said_of_a_text_is_remembered)
{
    auto classify = [&](std::string_view text, Reason reason) {
        write([&](db::Tx& tx) -> Result<void> {
            classify_text(tx, now, text, reason, "Olena");
            return {};
        });
    };
    auto before = db().read_now([](db::Tx& tx) { return classified_texts(tx); });
    classify(" The Service is Sleeping ", Reason::maintenance);
    auto known = db().read_now([](db::Tx& tx) { return classified_texts(tx); });
    EXPECT_EQ(known("the service is sleeping"), Reason::maintenance);
    EXPECT_EQ(known("THE SERVICE IS SLEEPING\n"), Reason::maintenance);
    EXPECT_FALSE(known("the service is sleeping deeply"));
    EXPECT_FALSE(known(""));
    EXPECT_FALSE(before("the service is sleeping"));  // it keeps what it was made with
    classify("the service is sleeping", Reason::bad_service);
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return classified_texts(tx); })("the service is sleeping"),
              Reason::bad_service);
    std::string endless;
    for (int i = 0; i < 500; ++i) endless += "ї";
    classify(endless, Reason::other);
    EXPECT_EQ(db().read_now([](db::Tx& tx) { return classified_texts(tx); })(endless), Reason::other);
}

TEST(Lanes, are_named_by_their_supplier)
{
    EXPECT_EQ(lane_of(ProviderId{3}), "supplier:3");
    EXPECT_EQ(provider_of_lane("supplier:3"), ProviderId{3});
    for (auto other : {"", "supplier", "supplier:", "supplier:x", "supplier:3x", "site:3", "Supplier:3"})
        EXPECT_FALSE(provider_of_lane(other)) << other;
}

}  // namespace
}  // namespace smg::suppliers
