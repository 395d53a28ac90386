#include "orders/add_form.hpp"

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

suppliers::Endpoint endpoint()
{
    suppliers::Endpoint one;
    one.url = "https://panel.example/api/v2";
    one.key = Secret("key");
    return one;
}

TEST(RequestHash, is_equal_for_a_true_repeat_alone)
{
    AddFields fields{{"service", "101"}, {"link", "https://t.me/x"}, {"quantity", "100"}};
    auto hash = request_hash(endpoint(), fields);
    EXPECT_EQ(request_hash(endpoint(), fields), hash);
    auto other = endpoint();
    other.key = Secret("another");
    EXPECT_NE(request_hash(other, fields), hash) << "another account";
    other = endpoint();
    other.url += "?";
    EXPECT_NE(request_hash(other, fields), hash) << "another address";
    auto more = fields;
    more[2].second = "101";
    EXPECT_NE(request_hash(endpoint(), more), hash);
    AddFields shifted{{"service", "101"}, {"link", "https://t.me/x\n8:quantity=3:100"}};
    EXPECT_NE(request_hash(endpoint(), shifted), hash) << "no value can pass for a field";
}

TEST(Repeats, are_taken_where_the_row_promises_and_allows_it)
{
    suppliers::Provider provider;
    provider.ask_again = true;
    EXPECT_FALSE(takes_repeats(provider));
    provider.dedup_window_s = 120;
    EXPECT_TRUE(takes_repeats(provider));
    provider.ask_again = false;
    provider.request_id_field = "request_id";
    EXPECT_FALSE(takes_repeats(provider));
}

class RequestIds : public Orders {
protected:
    std::string id_of(const Order& order, const char* field)
    {
        suppliers::Provider to;
        if (field) to.request_id_field = field;
        AddFields fields;
        read([&](db::Tx& tx) {
            fields.clear();
            add_request_id(tx, to, order, fields);
            return true;
        });
        return fields.empty() ? "" : fields.front().first + "=" + fields.front().second;
    }
};
INSTANTIATE_TEST_SUITE_P(databases, RequestIds, db::both_databases(), db::dialect_name);

TEST_P(RequestIds, stay_the_same_until_the_supplier_has_refused)
{
    auto made = add("1");
    EXPECT_EQ(id_of(made, nullptr), "");
    auto first = id_of(made, "rid");
    EXPECT_EQ(first, "rid=" + std::to_string(made.id.value) + "-" + made.identity.substr(0, 16) + "-0");
    end(begin(made.id), unsent());
    EXPECT_EQ(id_of(made, "rid"), first);
    end(begin(made.id), rejected(suppliers::Reason::bad_key, "Invalid API key"));
    EXPECT_NE(id_of(made, "rid"), first) << "or the refusal would come again";
    EXPECT_NE(id_of(add("2"), "rid"), first);
}

}  // namespace
}  // namespace smg::orders
