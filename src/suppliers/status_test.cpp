#include "base/loose_json.hpp"
#include "suppliers/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suppliers/loose_json.hpp"

namespace smg::suppliers {
namespace {

using testing::ElementsAre;
using Ids = std::vector<std::string>;

json::value parsed(std::string_view text)
{
    auto json = loose_parse(text);
    EXPECT_TRUE(json) << text;
    return json ? *json : json::value();
}

struct Word {
    const char* raw;
    StatusWord word;
};

class StatusWords : public testing::TestWithParam<Word> {};

TEST_P(StatusWords, have_many_spellings) { EXPECT_EQ(status_word(GetParam().raw), GetParam().word); }

INSTANTIATE_TEST_SUITE_P(Rows, StatusWords,
                         testing::Values(Word{"Pending", StatusWord::waiting}, Word{"PENDING", StatusWord::waiting},
                                         Word{"Processing", StatusWord::running}, Word{"processing", StatusWord::running},
                                         Word{"In progress", StatusWord::running}, Word{"In Progress", StatusWord::running},
                                         Word{"in_progress", StatusWord::running}, Word{"inprogress", StatusWord::running},
                                         Word{"IN-PROGRESS", StatusWord::running},
                                         Word{" In  progress ", StatusWord::running}, Word{"Active", StatusWord::running},
                                         Word{"Paused", StatusWord::waiting}, Word{"Completed", StatusWord::completed},
                                         Word{"complete", StatusWord::completed}, Word{"Partial", StatusWord::partial},
                                         Word{"Canceled", StatusWord::canceled}, Word{"Cancelled", StatusWord::canceled},
                                         Word{"Refunded", StatusWord::refunded}, Word{"Fail", StatusWord::failed},
                                         Word{"Failed", StatusWord::failed}, Word{"Expired", StatusWord::unknown_word},
                                         Word{"success", StatusWord::unknown_word}, Word{"", StatusWord::unknown_word},
                                         Word{"Completed!", StatusWord::unknown_word},
                                         Word{"not completed", StatusWord::unknown_word}));

TEST(Status, is_read_as_documented)
{
    auto status = read_status(
        parsed(R"({"charge":"0.27819","start_count":"3572","status":"Partial","remains":"157","currency":"USD"})"));
    EXPECT_EQ(status.error, "");
    EXPECT_EQ(status.word, StatusWord::partial);
    EXPECT_EQ(status.raw_word, "Partial");
    EXPECT_EQ(status.charge, Money::parse("0.27819"));
    EXPECT_EQ(status.currency, "USD");
    EXPECT_EQ(status.start_count, 3572);
    EXPECT_EQ(status.remains, 157);
}

struct Quirk {
    const char* json;
    std::optional<std::int64_t> start_count, remains;
    std::int64_t over = 0;
    const char* charge = nullptr;
};

class StatusQuirk : public testing::TestWithParam<Quirk> {};

TEST_P(StatusQuirk, is_borne)
{
    auto status = read_status(parsed(GetParam().json));
    EXPECT_EQ(status.error, "");
    EXPECT_EQ(status.start_count, GetParam().start_count);
    EXPECT_EQ(status.remains, GetParam().remains);
    EXPECT_EQ(status.over_delivered, GetParam().over);
    EXPECT_EQ(status.charge ? status.charge->text() : "", GetParam().charge ? GetParam().charge : "");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StatusQuirk,
    testing::Values(Quirk{R"({"status":"Pending","start_count":null,"remains":"Unknown","charge":null})", {}, {}},
                    Quirk{R"({"status":"Pending","start_count":"","remains":"","charge":""})", {}, {}},
                    Quirk{R"({"status":"Completed","start_count":10,"remains":-5,"charge":0.5})", 10, 0, 5, "0.50"},
                    Quirk{R"({"status":"Completed","start_count":10.0,"remains":"-5","charge":1.0e-5})", 10, 0, 5,
                          "0.00001"},
                    Quirk{R"({"status":"Completed","start_count":"N/A","remains":"12.00","charge":"0.30000000000000004"})",
                          {},
                          12,
                          0,
                          "0.30"},
                    Quirk{R"({"status":"Completed","start_count":-1,"remains":1.5,"charge":"free"})", {}, {}},
                    Quirk{R"({"status":"Completed","remains":-9223372036854775808})", {}, 0, 9223372036854775807},
                    Quirk{R"({"status":"Completed","remains":99999999999999999999999})", {}, {}},
                    Quirk{R"({"status":"Completed"})", {}, {}},
                    Quirk{"\xEF\xBB\xBF<br/><b>Notice</b>: x in [y]<br/>\n{\"status\":\"Completed\"}", {}, {}}));

TEST(Status, without_a_word_is_an_error)
{
    for (auto text : {R"({})", R"({"status":null})", R"({"status":""})", R"({"charge":"1"})", R"([])", R"(null)", R"(5)"})
        EXPECT_FALSE(read_status(parsed(text)).error.empty()) << text;
    EXPECT_EQ(read_status(parsed(R"({"error":"Incorrect order ID"})")).error, "Incorrect order ID");
    EXPECT_EQ(read_status(parsed(R"("Incorrect order ID")")).error, "Incorrect order ID");
}

struct Envelope {
    const char* json;
    const char* error;  // empty: a status after all
    StatusWord word = StatusWord::unknown_word;
};

class StatusEnvelope : public testing::TestWithParam<Envelope> {};

TEST_P(StatusEnvelope, is_not_taken_for_the_orders_end)
{
    auto status = read_status(parsed(GetParam().json));
    EXPECT_EQ(status.error, GetParam().error);
    EXPECT_EQ(status.word, GetParam().word);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StatusEnvelope,
    testing::Values(
        Envelope{R"({"status":"error","message":"Too many requests, try later"})", "Too many requests, try later"},
        Envelope{R"({"status":"fail","msg":"Maintenance"})", "Maintenance"},
        Envelope{R"({"status":"Failed","description":"Database is away"})", "Database is away"},
        Envelope{R"({"status":"ERROR","error":"Bad day","message":"Other"})", "Bad day"},
        Envelope{R"({"status":"failed"})", "The supplier did not say why."},
        Envelope{R"({"status":false,"message":"No"})", "No"}, Envelope{R"({"status":0,"message":"No"})", "No"},
        Envelope{R"({"success":false,"status":"Completed","message":"No"})", "No"},
        Envelope{R"({"status":"error","message":"No","charge":null,"remains":"Unknown","start_count":""})", "No"},
        Envelope{R"({"status":"success","message":"ok"})", ""},
        Envelope{R"({"status":"Failed","charge":"0.5"})", "", StatusWord::failed},
        Envelope{R"({"status":"fail","remains":"100"})", "", StatusWord::failed},
        Envelope{R"({"status":"error","start_count":0,"message":"Link is gone"})", "", StatusWord::failed},
        Envelope{R"({"status":"Failed","charge":"0.5","error":"No"})", "No"},
        Envelope{R"({"status":"Rejected"})", "", StatusWord::failed},
        Envelope{R"({"status":"Canceled","message":"by request"})", "", StatusWord::canceled},
        Envelope{R"({"status":"Completed","message":"done"})", "", StatusWord::completed}));

TEST(Envelopes, that_deny_are_errors_in_every_reply)
{
    for (auto text :
         {R"({"status":"error","message":"Later","balance":"5"})", R"({"success":false,"msg":"Later","balance":5})"})
        EXPECT_EQ(read_balance(parsed(text)).error().message, "Later") << text;
    auto answer = [](const char* text, std::string_view member) {
        return read_answers(parsed(text), member, Ids{"7"})->at("7").error;
    };
    EXPECT_EQ(answer(R"({"refill":"31","status":"fail","message":"Later"})", "refill"), "Later");
    EXPECT_EQ(answer(R"([{"order":7,"refill":31,"success":"false","description":"Later"}])", "refill"), "Later");
    EXPECT_EQ(answer(R"([{"order":7,"cancel":1,"status":"error","msg":"Later"}])", "cancel"), "Later");
    EXPECT_EQ(answer(R"([{"order":7,"status":"error"}])", "cancel"), "The supplier did not say why.");
    EXPECT_EQ(answer(R"([{"order":7,"cancel":1,"status":"success","message":"Canceled"}])", "cancel"), "");
    auto refill = [](const char* text) { return read_refill_statuses(parsed(text), Ids{"7"})->at("7"); };
    EXPECT_EQ(refill(R"({"status":"error","message":"Later"})").error, "Later");
    EXPECT_EQ(refill(R"({"status":"failed"})").error, "The supplier did not say why.");
    EXPECT_EQ(refill(R"([{"refill":7,"status":"Failed","message":"Later"}])").error, "Later");
    EXPECT_EQ(refill(R"([{"refill":7,"status":"Failed"}])").word, RefillWord::rejected);
    EXPECT_EQ(refill(R"({"status":"Rejected"})").word, RefillWord::rejected);
    auto many = read_statuses(parsed(R"({"7":{"status":"error","message":"Later"}})"), Ids{"7"});
    EXPECT_EQ(many->at("7").error, "Later");
}

TEST(Status, of_a_drip_feed_and_a_subscription_names_the_orders_it_made)
{
    auto drip = read_status(parsed(R"({"status":"In progress","runs":"3","orders":[11,"12",null]})"));
    EXPECT_EQ(drip.runs, 3);
    EXPECT_THAT(drip.orders, ElementsAre("11", "12"));
    auto subscription = read_status(parsed(R"({"status":"Active","expiry":false,"posts":2,"orders":["7"]})"));
    EXPECT_EQ(subscription.posts, 2);
    EXPECT_THAT(subscription.orders, ElementsAre("7"));
}

TEST(Remains, are_kept_within_the_order)
{
    EXPECT_EQ(clamped_remains(157, 100), 100);
    EXPECT_EQ(clamped_remains(-3, 100), 0);
    EXPECT_EQ(clamped_remains(40, 100), 40);
    EXPECT_EQ(clamped_remains(40, -1), 0);
}

const Ids three{"1", "10", "100"};

TEST(Statuses, come_as_an_object_by_number)
{
    auto found = read_statuses(
        parsed(
            R"({"1":{"status":"Completed"},"10":{"error":"Incorrect order ID"},"100":"Incorrect order ID","5":{"status":"Canceled"}})"),
        three);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 3u);
    EXPECT_EQ(found->at("1").word, StatusWord::completed);
    EXPECT_EQ(found->at("10").error, "Incorrect order ID");
    EXPECT_EQ(found->at("100").error, "Incorrect order ID");
}

TEST(Statuses, that_are_missing_stay_missing)
{
    auto found = read_statuses(parsed(R"({"10":{"status":"Completed"}})"), three);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 1u);
    EXPECT_FALSE(found->contains("1"));
}

TEST(Statuses, in_an_array_count_only_when_they_name_their_order)
{
    auto named = read_statuses(
        parsed(R"([{"order":100,"status":"Completed"},{"order":"1","status":"Partial"},{"order":5,"status":"Partial"}])"),
        three);
    ASSERT_TRUE(named);
    EXPECT_EQ(named->at("100").word, StatusWord::completed);
    EXPECT_EQ(named->at("1").word, StatusWord::partial);
    EXPECT_EQ(named->size(), 2u);
    for (auto text : {R"([{"status":"Completed"},{"status":"Partial"},{"status":"Pending"}])",
                      R"([{"order":1,"status":"Completed"},{"status":"Partial"}])", R"(["Completed"])"}) {
        auto positional = read_statuses(parsed(text), three);
        ASSERT_FALSE(positional) << text;
        EXPECT_EQ(positional.error().code, Code::conflict);
    }
}

TEST(Statuses, about_nothing_that_was_asked_are_no_answer)
{
    EXPECT_FALSE(read_statuses(parsed(R"({"status":"Completed"})"), three));
    EXPECT_FALSE(read_statuses(parsed(R"("x")"), three));
    EXPECT_TRUE(read_statuses(parsed(R"({})"), three)->empty());
    EXPECT_TRUE(read_statuses(parsed(R"([])"), three)->empty());
}

TEST(Balance, is_read_in_every_form)
{
    EXPECT_EQ(read_balance(parsed(R"({"balance":"100.84292","currency":"USD"})"))->amount, Money::parse("100.84292"));
    EXPECT_EQ(read_balance(parsed(R"({"balance":12.3,"status":"success","currency":"uzs"})"))->currency, "UZS");
    EXPECT_EQ(read_balance(parsed(R"({"balance":-3})"))->amount, Money::parse("-3"));
    EXPECT_EQ(read_balance(parsed(R"({"balance":"5"})"))->currency, "");
    for (auto text : {R"({"balance":null})", R"({"balance":"1,000.5"})", R"({"currency":"USD"})", R"([])", R"("5")",
                      R"({"balance":"92233720368.547758075"})"})  // rounded up it would not fit
        EXPECT_FALSE(read_balance(parsed(text))) << text;
}

TEST(Refill, is_read_single_and_in_bulk)
{
    EXPECT_EQ(read_answers(parsed(R"({"refill":"1"})"), "refill", Ids{"7"})->at("7").number, "1");
    EXPECT_EQ(read_answers(parsed(R"({"refill":{"error":"Refill is disabled for this service"}})"), "refill", Ids{"7"})
                  ->at("7")
                  .error,
              "Refill is disabled for this service");
    auto found = read_answers(
        parsed(
            R"([{"order":1,"refill":31},{"order":10,"refill":{"error":"Incorrect order ID"}},{"order":5,"refill":9},{"order":"100","refill":0},7])"),
        "refill", three);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 3u);
    EXPECT_EQ(found->at("1").number, "31");
    EXPECT_EQ(found->at("10").error, "Incorrect order ID");
    EXPECT_FALSE(found->at("100").error.empty());
    EXPECT_FALSE(read_answers(parsed(R"({"refill":"1"})"), "refill", three));
}

TEST(Cancel, is_read_in_bulk)
{
    auto found = read_answers(
        parsed(
            R"([{"order":10,"cancel":{"error":"Incorrect order ID"}},{"order":1,"cancel":1},{"order":100,"error":"No"}])"),
        "cancel", three);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("1").error, "");
    EXPECT_EQ(found->at("10").error, "Incorrect order ID");
    EXPECT_EQ(found->at("100").error, "No");
}

TEST(RefillStatus, is_read_single_and_in_bulk)
{
    EXPECT_EQ(read_refill_statuses(parsed(R"({"status":"Completed"})"), Ids{"1"})->at("1").word, RefillWord::completed);
    auto found = read_refill_statuses(
        parsed(
            R"([{"refill":1,"status":"In progress"},{"refill":10,"status":"Rejected"},{"refill":"100","status":{"error":"Refill not found"}}])"),
        three);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at("1").word, RefillWord::running);
    EXPECT_EQ(found->at("10").word, RefillWord::rejected);
    EXPECT_EQ(found->at("100").error, "Refill not found");
}

}  // namespace
}  // namespace smg::suppliers
