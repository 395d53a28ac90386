#include "sites/shop_signature.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"

namespace smg::sites {
namespace {

// The example of docs/wordpress.md, which the plugin's own tests check as well.
const std::string key = hex(hmac_sha256("smg_1_example-token", "smgcrm-sign-v1"));

TEST(ShopSignature, is_the_one_of_the_manual)
{
    ASSERT_EQ(key, "8e2d3a073dbbe3b52820daf2563af7fcb3dab5b0570d6401b2f83bc33fc1c699");
    ShopCall call{"POST",       "/smgcrm/v1/set-user-balance",
                  "",           R"({"user_id":5,"operation":"credit","amount":"12.50","operation_id":"crm-000123"})",
                  "1700000000", "0123456789abcdef0123456789abcdef"};
    EXPECT_EQ(signature_of(key, call), "7e96f1e04ea5331d96ccdc208eb4481d7a50f9f6f49d0d53d376054984451a05");
    call = {"GET", "/smgcrm/v1/get-products", "page=2&per_page=100", "", "1700000000", "0123456789abcdef0123456789abcdef"};
    EXPECT_EQ(signature_of(key, call), "0ae7ff192e805015a51323b37beb238fd92ec5a211a96bbcdc1e9af3f3b77313");
}

TEST(ShopSignature, changes_with_each_thing_that_is_signed)
{
    const ShopCall good{"GET", "/smgcrm/v1/ping", "a=1", "{}", "1700000000", "0123456789abcdef"};
    auto other = [&](auto change) {
        auto call = good;
        change(call);
        return signature_of(key, call) != signature_of(key, good);
    };
    EXPECT_TRUE(other([](ShopCall& call) { call.method = "POST"; }));
    EXPECT_TRUE(other([](ShopCall& call) { call.route = "/smgcrm/v1/pong"; }));
    EXPECT_TRUE(other([](ShopCall& call) { call.query = "a=2"; }));
    EXPECT_TRUE(other([](ShopCall& call) { call.body = "{ }"; }));
    EXPECT_TRUE(other([](ShopCall& call) { call.timestamp = "1700000001"; }));
    EXPECT_TRUE(other([](ShopCall& call) { call.nonce = "0123456789abcdeg"; }));
    EXPECT_FALSE(other([](ShopCall&) {}));
}

}  // namespace
}  // namespace smg::sites
