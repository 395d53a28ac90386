#include "app/outside.hpp"

#include <gmock/gmock.h>

namespace smg {
namespace {

using testing::HasSubstr;
using testing::Not;

Config complete()
{
    Config config;
    config.realtime_outside_host = "RT.example";
    config.realtime_outside_port = 6001;
    config.realtime_outside_tls = true;
    config.realtime_outside_app_id = "app";
    config.realtime_outside_key = "key";
    config.realtime_outside_secret = Secret("hunter2-secret");
    return config;
}

realtime::Outside there(const Config& config)
{
    auto found = outside_of(config);
    EXPECT_TRUE(found) << found.error().message;
    return found && *found ? **found : realtime::Outside{};
}

TEST(Outside, is_nobody_as_shipped)
{
    auto none = outside_of(Config{});
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
}

TEST(Outside, is_one_host_for_events_and_for_pages)
{
    auto outside = there(complete());
    EXPECT_EQ(outside.api_url, "https://rt.example:6001");
    EXPECT_EQ(outside.origin(), "wss://rt.example:6001");
    EXPECT_EQ(outside.app.key, "key");
    auto config = complete();
    config.realtime_outside_tls = false;
    EXPECT_EQ(there(config).api_url, "http://rt.example:6001");
    EXPECT_EQ(there(config).origin(), "ws://rt.example:6001");
}

TEST(Outside, of_a_cluster_has_pushers_own_hosts)
{
    auto config = complete();
    config.realtime_outside_host.clear();
    config.realtime_outside_cluster = "eu";
    config.realtime_outside_port = 443;
    auto outside = there(config);
    EXPECT_EQ(outside.api_url, "https://api-eu.pusher.com:443");
    EXPECT_EQ(outside.origin(), "wss://ws-eu.pusher.com:443");
    EXPECT_EQ(outside.cluster, "eu");
}

TEST(Outside, names_the_row_that_is_wrong_and_no_secret)
{
    struct Bad {
        std::function<void(Config&)> change;
        std::string key;
    };
    const std::vector<Bad> bad{
        {[](Config& c) { c.realtime_outside_host.clear(); }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "https://rt.example"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "rt.example/path"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "rt.example:80"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "user@rt.example"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "rt.example; script-src *"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "*.example"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_host = "[::1]"; }, "realtime_outside_host"},
        {[](Config& c) { c.realtime_outside_cluster = "eu"; }, "realtime_outside_cluster"},
        {[](Config& c) { c.realtime_outside_host.clear(), c.realtime_outside_cluster = "eu.evil"; },
         "realtime_outside_cluster"},
        {[](Config& c) { c.realtime_outside_app_id.clear(); }, "realtime_outside_app_id"},
        {[](Config& c) { c.realtime_outside_app_id = "a/b"; }, "realtime_outside_app_id"},
        {[](Config& c) { c.realtime_outside_key.clear(); }, "realtime_outside_key"},
        {[](Config& c) { c.realtime_outside_key = "k?x"; }, "realtime_outside_key"},
        {[](Config& c) { c.realtime_outside_secret = Secret(); }, "realtime_outside_secret"},
        {[](Config& c) { c.realtime_outside_tls = false, c.base_url = "https://crm.example"; }, "realtime_outside_tls"},
    };
    for (const auto& [change, key] : bad) {
        auto config = complete();
        change(config);
        auto outside = outside_of(config);
        ASSERT_FALSE(outside) << key << " " << config.realtime_outside_host;
        EXPECT_THAT(outside.error().message, HasSubstr("`" + key + "` "));
        EXPECT_THAT(outside.error().message, Not(HasSubstr("hunter2")));
    }
}

}  // namespace
}  // namespace smg
