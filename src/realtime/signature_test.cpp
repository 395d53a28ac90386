#include "realtime/signature.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"

namespace smg::realtime {
namespace {

Application example()
{
    Application app;
    app.id = "3";
    app.key = "278d425bdf160c739803";
    app.secret = Secret("7ad3773142a6692b25b8");
    return app;
}

// The examples of Pusher's own documentation ("Generating authentication signatures", "Worked authentication example").
TEST(Signature, of_a_subscription_is_as_documented)
{
    EXPECT_EQ(channel_auth(example(), "1234.1234", "private-foobar", ""),
              "278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4");
    EXPECT_EQ(
        channel_auth(example(), "1234.1234", "presence-foobar", R"({"user_id":10,"user_info":{"name":"Mr. Channels"}})"),
        "278d425bdf160c739803:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80");
}

TEST(Signature, of_a_call_is_as_documented_and_of_these_words_alone)
{
    http::Request request;
    request.method = http::Method::POST;
    request.path = "/apps/3/events";
    request.body = R"({"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"})";
    request.query =
        "body_md5=ec365a775a4cd0599faeb73354201b6f&auth_version=1.0&auth_key=278d425bdf160c739803&auth_timestamp=1353088179&"
        "auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";
    Time then{std::chrono::seconds(1353088179)};
    EXPECT_TRUE(check_signature(example(), request, then));
    EXPECT_TRUE(check_signature(example(), request, then + std::chrono::seconds(600)));
    EXPECT_FALSE(check_signature(example(), request, then + std::chrono::seconds(601)));
    EXPECT_FALSE(check_signature(example(), request, then - std::chrono::seconds(601)));
    auto changed = request;
    changed.body += " ";
    EXPECT_FALSE(check_signature(example(), changed, then));
    changed = request;
    changed.path = "/apps/3/batch_events";
    EXPECT_FALSE(check_signature(example(), changed, then));
    changed = request;
    changed.query += "&info=user_count";
    EXPECT_FALSE(check_signature(example(), changed, then));
    changed.query = request.query + "&auth_key=278d425bdf160c739803";
    EXPECT_FALSE(check_signature(example(), changed, then));
}

TEST(Signature, of_a_call_of_ours_is_what_the_other_side_checks)
{
    Time now{std::chrono::seconds(1353088179)};
    http::Request request;
    request.method = http::Method::POST;
    request.path = "/apps/3/batch_events";
    request.body = R"({"batch":[]})";
    request.query = signed_query(example(), "POST", request.path, request.body, {}, now);
    EXPECT_TRUE(check_signature(example(), request, now));
    auto other = example();
    other.secret = Secret("7ad3773142a6692b25b9");
    EXPECT_FALSE(check_signature(other, request, now));
    request.body += " ";
    EXPECT_FALSE(check_signature(example(), request, now));

    request = {};
    request.method = http::Method::GET;
    request.path = "/apps/3/channels";
    request.query = signed_query(example(), "GET", request.path, "", {{"filter_by_prefix", "private-user."}}, now);
    EXPECT_TRUE(check_signature(example(), request, now));
    request.query += "&info=user_count";
    EXPECT_FALSE(check_signature(example(), request, now));
}

TEST(Signature, of_the_handshake_is_as_in_the_standard)
{
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
}

}  // namespace
}  // namespace smg::realtime
