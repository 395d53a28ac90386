#include "sandbox/telegram.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sandbox/telegram_html.hpp"

namespace smg::sandbox {
namespace {

const ManualClock at_noon{Time(std::chrono::milliseconds(1'780'000'000'000))};

RawReply post(TelegramSimulator& telegram, const std::string& path, const json::object& body)
{
    RawRequest request;
    request.http.method = http::Method::POST;
    request.http.path = path;
    request.http.headers = {{"content-type", "application/json"}};
    request.http.body = json::text_of(body);
    return telegram.handle(request);
}

RawReply send(TelegramSimulator& telegram, std::string_view chat, std::string_view text, std::string_view mode = "HTML")
{
    return post(telegram, "/bot1:abc/sendMessage", {{"chat_id", chat}, {"text", text}, {"parse_mode", mode}});
}

TEST(Telegram, delivers_what_is_well_formed)
{
    TelegramSimulator telegram(at_noon, {});
    auto reply = send(telegram, "17", "<b>Замовлення</b> 5 &lt; 6 &amp; <a href=\"https://x.ua/?a=1\">так</a>");
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body.starts_with(R"({"ok":true,"result":{"message_id":1,"chat":{"id":17)")) << reply.body;
    ASSERT_EQ(telegram.log().size(), 1u);
    EXPECT_EQ(telegram.log()[0].chat_id, "17");
}

struct Html {
    std::string_view text, error;
};

class BadHtml : public testing::TestWithParam<Html> {};

TEST_P(BadHtml, is_refused_with_telegrams_words)
{
    TelegramSimulator telegram(at_noon, {});
    auto reply = send(telegram, "17", GetParam().text);
    EXPECT_EQ(reply.status, 400);
    auto body = json::parse(reply.body);
    EXPECT_EQ(body->at("description").as_string(), "Bad Request: can't parse entities: " + std::string(GetParam().error));
    EXPECT_TRUE(telegram.log().empty());
    EXPECT_EQ(send(telegram, "17", GetParam().text, "").status, 200) << "as plain text it is fine";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadHtml,
    testing::Values(Html{"5 < 6", "Unclosed start tag at byte offset 2"},
                    Html{"<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0"},
                    Html{"<script>x</script>", "Unsupported start tag \"script\" at byte offset 0"},
                    Html{"a & b", "Unescaped '&' at byte offset 2"}, Html{"&nbsp;", "Unescaped '&' at byte offset 0"},
                    Html{"<b>x", "Can't find end tag corresponding to start tag \"b\""},
                    Html{"<b><i>x</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""},
                    Html{"x</b>", "Unmatched end tag at byte offset 1, expected \"</>\", found \"</b>\""}));

TEST(Telegram, limit_counts_utf16_after_the_tags)
{
    TelegramSimulator telegram(at_noon, {});
    std::string pairs;
    for (int i = 0; i < 2048; ++i) pairs += "\xF0\x9F\x98\x80";  // two units each
    EXPECT_EQ(send(telegram, "17", "<b>" + pairs + "</b>").status, 200);
    EXPECT_EQ(send(telegram, "17", pairs + "x").status, 400);
    EXPECT_EQ(send(telegram, "17", "").status, 400);
    EXPECT_EQ(telegram_length("<b>а&amp;б</b>"), 3u);
}

struct Chat {
    std::string_view chat;
    int status;
    std::string_view description;
};

class SpecialChat : public testing::TestWithParam<Chat> {};

TEST_P(SpecialChat, always_gets_its_refusal)
{
    TelegramSimulator telegram(at_noon, {});
    auto reply = send(telegram, GetParam().chat, "x");
    EXPECT_EQ(reply.status, GetParam().status);
    EXPECT_NE(reply.body.find(GetParam().description), std::string::npos) << reply.body;
    EXPECT_TRUE(telegram.log().empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, SpecialChat,
                         testing::Values(Chat{"1429", 429, R"("parameters":{"retry_after":1})"},
                                         Chat{"-52", 400, R"("parameters":{"migrate_to_chat_id":-1000000000052})"},
                                         Chat{"1400", 400, "can't parse entities"}, Chat{"4096", 400, "message is too long"},
                                         Chat{"1404", 400, "chat not found"},
                                         Chat{"1403", 403, "Forbidden: bot was blocked by the user"}));

TEST(Telegram, second_try_after_429_and_the_new_chat_after_migration_get_through)
{
    TelegramSimulator telegram(at_noon, {});
    send(telegram, "1429", "x");
    EXPECT_EQ(send(telegram, "1429", "x").status, 200);
    EXPECT_EQ(send(telegram, "-1000000000052", "x").status, 200);
    EXPECT_EQ(send(telegram, "1400", "x", "").status, 200);
}

TEST(Telegram, table_is_whole_and_each_scenario_can_be_set)
{
    std::set<std::string_view> names;
    TelegramSimulator telegram(at_noon, {});
    for (const auto& row : telegram_scenarios()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(post(telegram, "/control", {{"scenario", row.name}}).status, 200) << row.name;
        auto reply = send(telegram, "17", "<b>x</b>");
        bool good = reply.status == 200 && reply.ending == Ending::whole;
        EXPECT_EQ(good, row.name == "ok" || (row.name == "retry_after" && !reply.body.contains("retry"))) << row.name;
    }
    EXPECT_EQ(post(telegram, "/control", {{"scenario", "no_such"}}).status, 422);
}

TEST(Telegram, wrong_token_and_method_are_refused)
{
    TelegramSimulator telegram(at_noon, {});
    EXPECT_EQ(post(telegram, "/botbad/sendMessage", {}).status, 401);
    EXPECT_EQ(post(telegram, "/bot1:a/dance", {}).status, 404);
    EXPECT_EQ(post(telegram, "/bot1:a/getMe", {}).status, 200);
    EXPECT_EQ(post(telegram, "/elsewhere", {}).status, 404);
}

}  // namespace
}  // namespace smg::sandbox
