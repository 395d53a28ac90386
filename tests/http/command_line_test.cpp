#include <gtest/gtest.h>

#include <algorithm>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class CommandLine : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, CommandLine, both_databases(), name_of);

TEST_P(CommandLine, commands_work_with_a_running_server_and_without_one)
{
    Installation crm(GetParam());
    crm.set({{"telegram.language", "uk"}});
    EXPECT_EQ(crm.command({"setting", "get", "telegram.language"}).out, "uk\n");
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
    EXPECT_EQ(crm.command({"setting", "get", "telegram.language"}).out, "uk\n");
    auto token = crm.add_site("https://second.example");
    EXPECT_TRUE(token.starts_with("smg_")) << token;
    auto user =
        crm.command({"user", "add", "--email", "o@shop.example", "--name", "Olena", "--role", "user", "--password-stdin"},
                    "a long enough password\n");
    EXPECT_EQ(user.exit, (Exit{0, 0})) << user.err;
    EXPECT_EQ(user.out, "{\"id\":1}\n");
    EXPECT_EQ(crm.command({"migrate"}).exit, (Exit{0, 0}));
    crm.start();
    EXPECT_EQ(get(crm.url("/api/v1/orders"), token).status(), 200);
    EXPECT_EQ(get(crm.url("/api/v1/orders"), crm.shop()).status(), 200);
}

TEST(CommandLine, standard_output_holds_one_json_line_and_nothing_else)
{
    Installation crm(On::sqlite);
    auto site = crm.command({"site", "add", "--url", "https://b.example", "--name", "B", "--currency", "UAH"});
    EXPECT_EQ(std::ranges::count(site.out, '\n'), 1) << site.out;
    EXPECT_TRUE(json::parse(site.out).has_value()) << site.out;
    auto set = crm.command({"setting", "set", "telegram.language", "uk", "telegram.chat_id", "-1001234567890"});
    EXPECT_EQ(set.out, "") << set.err;
    EXPECT_EQ(crm.command({"setting", "get", "telegram.chat_id"}).out, "-1001234567890\n");
    EXPECT_EQ(crm.command({"setting", "set", "telegram.chat_id", "--stdin"}, "4711\n").exit, (Exit{0, 0}));
    EXPECT_EQ(crm.command({"setting", "get", "telegram.chat_id"}).out, "4711\n");
    EXPECT_TRUE(crm.server().out().starts_with("{\"listening\":\"127.0.0.1:")) << crm.server().out();
    EXPECT_EQ(std::ranges::count(crm.server().out(), '\n'), 1) << crm.server().out();
}

TEST(CommandLine, a_failed_command_exits_with_1_and_one_line_and_changes_nothing)
{
    Installation crm(On::sqlite);
    const std::vector<std::vector<std::string>> wrong = {
        {"site", "add", "--url", "https://shop.example", "--name", "Twice", "--currency", "UAH"},
        {"site", "add", "--url", "no address", "--name", "N", "--currency", "UAH"},
        {"site", "add", "--url", "https://c.example", "--name", "N", "--currency", "XXX"},
        {"supplier", "add", "--supplier-id", "1", "--name", "N", "--url", "https://s.example/api/v2", "--key", "k"},
        {"supplier", "add", "--supplier-id", "2", "--name", "N", "--url", "s.example", "--key", "k"},
        {"supplier", "add", "--supplier-id", "2", "--name", "N", "--url", "https://s.example/", "--key", "k", "--flavor",
         "odd"},
        {"token", "add", "--role", "owner", "--name", "N"},
        {"setting", "get", "no.such"},
        {"setting", "set", "sending.timeout_s", "soon"},
        {"setting", "set", "sending.timeout_s", "0"},
        {"setting", "set", "calls.timeout_s", "9", "sending.timeout_s", "soon"},
    };
    for (const auto& words : wrong) {
        auto finished = crm.command(words);
        EXPECT_EQ(finished.exit, (Exit{1, 0})) << words[0] << ' ' << words[1];
        EXPECT_EQ(finished.out, "");
        EXPECT_EQ(std::ranges::count(finished.err, '\n'), 1) << finished.err;
    }
    EXPECT_EQ(crm.command({"setting", "get", "sending.timeout_s"}).out, "1\n");
    EXPECT_EQ(crm.command({"setting", "get", "calls.timeout_s"}).out, "15\n") << "all of them or none";
}

TEST_P(CommandLine, a_second_server_on_the_same_data_is_refused_with_one_line)
{
    Installation crm(GetParam());
    auto second = crm.command({"serve", "--listen", "127.0.0.1:0"});
    EXPECT_EQ(second.exit, (Exit{1, 0}));
    EXPECT_EQ(second.out, "");
    EXPECT_EQ(std::ranges::count(second.err, '\n'), 1) << second.err;
    EXPECT_TRUE(second.err.contains("--data")) << second.err;
    EXPECT_EQ(crm.get("/healthz").status(), 200);
}

TEST(Usage, wrong_words_exit_with_2)
{
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"dance"},
        {"serve", "--no-such"},
        {"site"},
        {"site", "add"},
        {"setting", "get"},
        {"setting", "set"},
        {"setting", "set", "telegram.language"},
        {"setting", "set", "telegram.language", "uk", "--stdin"},
        {"simulate", "weather"},
        {"supplier", "add", "--supplier-id", "1", "--name", "N", "--url", "https://s.example/"},
    };
    for (const auto& words : wrong) {
        auto finished = run(smgcrm_binary(), {words});
        EXPECT_EQ(finished.exit, (Exit{2, 0})) << (words.empty() ? "nothing" : words.back()) << finished.err;
        EXPECT_EQ(finished.out, "");
    }
    EXPECT_EQ(run(smgcrm_binary(), {{"version"}}).exit, (Exit{0, 0}));
    EXPECT_EQ(run(smgcrm_binary(), {{"--help"}}).exit, (Exit{0, 0}));
}

}  // namespace
}  // namespace smg::test
