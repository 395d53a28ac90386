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
    auto remove = [&] { return write([&](db::Tx& tx) { return remove_mapping(tx, mapping->id); }); };
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

}  // namespace
}  // namespace smg::suppliers
