#include "suppliers/mapping_store.hpp"

#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

class Mappings : public Suppliers {
protected:
    Result<Mapping> map(std::string_view supplier_id, ProviderId provider, int priority = 1)
    {
        return write([&](db::Tx& tx) { return add_mapping(tx, clock.now(), supplier_id, provider, priority); });
    }

    std::optional<ProviderId> leads_to(std::string_view supplier_id)
    {
        auto provider = read([&](db::Tx& tx) { return provider_for(tx, supplier_id); });
        return provider ? std::optional(provider->id) : std::nullopt;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, Mappings, db::both_databases(), db::dialect_name);

TEST_P(Mappings, lead_a_supplier_id_to_the_first_by_priority)
{
    auto first = add("1").id, second = add("2").id;
    auto made = map(" shop ", second, 5);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->supplier_id, "shop");
    EXPECT_EQ(made->provider_name, "Panel 2");
    EXPECT_EQ(leads_to("shop"), second);
    ASSERT_TRUE(map("shop", first));
    EXPECT_EQ(leads_to("shop"), first);
    auto all = read([](db::Tx& tx) { return all_mappings(tx); });
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[2].priority, 1);
    EXPECT_EQ(all[3].priority, 5);
}

TEST_P(Mappings, that_are_taken_away_lead_nowhere)
{
    auto supplier = add("1").id;
    auto mapping = map("shop", supplier);
    auto remove = [&] { return write([&](db::Tx& tx) { return remove_mapping(tx, clock.now(), mapping->id); }); };
    EXPECT_TRUE(remove());
    EXPECT_FALSE(leads_to("shop"));
    EXPECT_EQ(leads_to("1"), supplier);  // control: the other one stays
    EXPECT_FALSE(remove());
}

TEST_P(Mappings, are_refused_with_what_is_wrong)
{
    auto supplier = add("1").id, other = add("2").id;
    auto field = [&](std::string_view supplier_id, ProviderId provider, int priority) {
        auto made = map(supplier_id, provider, priority);
        return made || made.error().fields.empty() ? std::string("none") : made.error().fields[0].field;
    };
    EXPECT_EQ(field(" ", supplier, 1), "supplier_id");
    EXPECT_EQ(field(std::string(65, 'x'), supplier, 1), "supplier_id");
    EXPECT_EQ(field("\xFF", supplier, 1), "supplier_id");
    EXPECT_EQ(field("shop", ProviderId{99}, 1), "provider_id");
    EXPECT_EQ(field("shop", supplier, 0), "priority");
    EXPECT_EQ(field("shop", supplier, 101), "priority");
    ASSERT_TRUE(map("shop", supplier));
    EXPECT_EQ(map("shop", other).error().code, Code::conflict);        // the priority is taken
    EXPECT_EQ(map("shop", supplier, 2).error().code, Code::conflict);  // it is there already
    EXPECT_TRUE(map("shop", other, 2));
}

TEST_P(Mappings, say_what_each_supplier_calls_a_service)
{
    auto first = add("1").id, second = add("2").id, third = add("3").id;
    auto one = map("shop", first), two = map("shop", second, 2), three = map("shop", third, 3);
    auto change = [&](std::int64_t id, const MappingChange& what) {
        return write([&](db::Tx& tx) { return change_mapping(tx, clock.now(), id, what); });
    };
    auto offers = [&](std::string_view service) {
        std::string all;
        for (const auto& offer : read([&](db::Tx& tx) { return offers_for(tx, "shop", service); }))
            all += offer.provider_name + "=" + offer.service_id + (offer.knows ? "! " : "? ");
        return all;
    };
    EXPECT_EQ(offers("101"), "Panel 1=101! Panel 2=101? Panel 3=101? ");
    ASSERT_TRUE(change(two->id, {{}, {}, ServiceNames{{"101", "2044"}, {"102", "2045"}}}));
    ASSERT_TRUE(change(three->id, {{}, true, {}}));
    EXPECT_EQ(offers("101"), "Panel 1=101! Panel 2=2044! Panel 3=101! ");
    EXPECT_EQ(offers("103"), "Panel 1=103! Panel 3=103! ") << "its number may be another service there";
    ASSERT_TRUE(change(two->id, {{}, true, ServiceNames{{"102", "7"}}}));
    EXPECT_EQ(offers("101"), "Panel 1=101! Panel 2=101! Panel 3=101! ");
    EXPECT_EQ(read([&](db::Tx& tx) { return services_of(tx, two->id); }), (ServiceNames{{"102", "7"}}));
    set(first, "is_active = 0");
    EXPECT_EQ(offers("101"), "Panel 2=101! Panel 3=101! ");
    EXPECT_EQ(change(two->id, {1, {}, {}}).error().code, Code::conflict);
    EXPECT_EQ(change(two->id, {0, {}, {}}).error().fields[0].field, "priority");
    EXPECT_EQ(change(two->id, {{}, {}, ServiceNames{{"", "7"}}}).error().fields[0].field, "services");
    EXPECT_EQ(change(two->id, {{}, {}, ServiceNames{{"1", std::string(65, 'x')}}}).error().fields[0].field, "services");
    EXPECT_EQ(change(999, {}).error().code, Code::not_found);
    EXPECT_TRUE(write([&](db::Tx& tx) { return remove_mapping(tx, clock.now(), two->id); }));
    EXPECT_TRUE(write([&](db::Tx& tx) { return remove_mapping(tx, clock.now(), one->id); }));
    EXPECT_EQ(offers("101"), "Panel 3=101! ");
}

TEST_P(Mappings, tell_which_supplier_takes_orders)
{
    auto first = add("1").id, second = add("2").id;
    ASSERT_TRUE(map("shop", first));
    ASSERT_TRUE(map("shop", second, 2));
    set(first, "paused_at = '2026-11-22 17:00:00.000'");
    set(second, "funds_out_at = '2026-11-22 17:00:00.000'");
    auto offers = read([&](db::Tx& tx) { return offers_for(tx, "shop", "101"); });
    ASSERT_EQ(offers.size(), 2u);
    EXPECT_TRUE(offers[0].paused && !offers[0].out_of_funds && !offers[0].takes());
    EXPECT_TRUE(!offers[1].paused && offers[1].out_of_funds && !offers[1].takes());
}

}  // namespace
}  // namespace smg::suppliers
