// A hundred thousand replies to `add`, from the simulator's scenarios and from what suppliers say, changed at random: none
// may pass for an acceptance unless it plainly is one.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "base/text.hpp"
#include "base/words.hpp"
#include "hostile/replies/mutation.hpp"
#include "hostile/replies/naive_oracle.hpp"
#include "hostile/replies/scenario_replies.hpp"
#include "suppliers/reply.hpp"

namespace smg::test {
namespace {

using suppliers::Flavor;
using suppliers::Verdict;
using Classify = std::function<Verdict(const net::HttpReply&, const suppliers::ReplyRules&)>;

constexpr int many = 100'000;
constexpr std::uint64_t seed = 20'261'122;
const std::string key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

Verdict real(const net::HttpReply& reply, const suppliers::ReplyRules& rules) { return suppliers::classify(reply, rules); }

std::vector<net::HttpReply> all_replies()
{
    std::vector<net::HttpReply> replies;
    for (auto& sample : known_replies()) replies.push_back(std::move(sample.reply));
    for (auto& sample : replies_of_scenarios(key)) replies.push_back(std::move(sample.reply));
    return replies;
}

suppliers::ReplyRules rules_of(std::size_t number)
{
    suppliers::ReplyRules rules;
    rules.flavor = number % 2 == 0 ? Flavor::perfectpanel : Flavor::smartpanel;
    rules.edge_rejects = number % 3 == 0;
    if (number % 5 == 0)
        rules.classified = [](std::string_view text) {
            EXPECT_EQ(text.find(key), std::string_view::npos) << "the key was shown to the list of texts";
            return text.starts_with("Some") ? std::optional(suppliers::Reason::other) : std::nullopt;
        };
    rules.key = Secret(key);
    return rules;
}

struct Seen {
    int accepted = 0, rejected = 0, unknown = 0;
    int false_accepted = 0, missed = 0, told_key = 0, bad_text = 0, thrown = 0, false_rejected = 0;
    std::string first;  // the first reply that was judged wrongly
};

void judge(const net::HttpReply& reply, const suppliers::ReplyRules& rules, const Classify& classify, Seen& seen)
{
    Verdict verdict;
    try {
        verdict = classify(reply, rules);
    } catch (const std::exception& e) {
        ++seen.thrown;
        seen.first += seen.first.empty() ? fmt::format("threw {} for {}", e.what(), reply.body) : "";
        return;
    }
    auto plain = plainly_accepted(reply.status, reply.body, rules.flavor == Flavor::smartpanel);
    bool accepted = verdict.kind == Verdict::Kind::accepted, rejected = verdict.kind == Verdict::Kind::rejected;
    bool wrong = accepted && (!plain || *plain != verdict.supplier_order_id);
    bool missed = plain && !accepted;
    seen.accepted += accepted, seen.rejected += rejected, seen.unknown += !accepted && !rejected;
    seen.false_accepted += wrong, seen.missed += missed;
    seen.false_rejected += rejected && (plain || reply.status >= 500);
    seen.told_key += verdict.text.find(key) != std::string::npos;
    seen.bad_text += !valid_utf8(verdict.text) || verdict.text.size() > 600 ||
                     (verdict.kind == Verdict::Kind::unknown && verdict.text.empty());
    if ((wrong || missed) && seen.first.empty())
        seen.first =
            fmt::format("HTTP {} {}: {}, `{}`", reply.status, cut(reply.body, 500), smg::word(verdict.kind), verdict.text);
}

Seen judge_many(const Classify& classify, int count)
{
    Seen seen;
    Mutator mutator(seed, all_replies(), key);
    for (int i = 0; i < count; ++i) judge(mutator.next(), rules_of(mutator.below(30)), classify, seen);
    return seen;
}

TEST(Replies, in_their_hundred_thousand_pass_for_an_acceptance_only_when_they_plainly_are_one)
{
    auto seen = judge_many(real, many);
    EXPECT_EQ(seen.false_accepted, 0) << seen.first;
    EXPECT_EQ(seen.missed, 0) << seen.first;
    EXPECT_EQ(seen.false_rejected, 0);
    EXPECT_EQ(seen.thrown, 0) << seen.first;
    EXPECT_EQ(seen.told_key, 0);
    EXPECT_EQ(seen.bad_text, 0);
    // Each verdict comes up often enough for its absence of mistakes to mean something.
    EXPECT_GT(seen.accepted, many / 200);
    EXPECT_GT(seen.rejected, many / 200);
    EXPECT_GT(seen.unknown, many / 2);
    RecordProperty("accepted", seen.accepted);
    RecordProperty("rejected", seen.rejected);
}

TEST(Replies, of_suppliers_as_they_are_known_are_understood)
{
    for (const auto& sample : known_replies()) {
        bool smartpanel = sample.name.starts_with("wrapped") || sample.name == "alias";
        auto rules = rules_of(smartpanel ? 1 : 2);
        auto verdict = real(sample.reply, rules);
        EXPECT_EQ(verdict.kind == Verdict::Kind::accepted, !sample.order.empty()) << sample.name;
        EXPECT_EQ(verdict.supplier_order_id, sample.order) << sample.name;
        EXPECT_EQ(plainly_accepted(sample.reply.status, sample.reply.body, smartpanel).value_or(""), sample.order)
            << sample.name;
    }
}

// Against the simulator's own ledger, one scenario after the other: number of scenarios with a false acceptance.
int falsely_accepted_scenarios(const Classify& classify)
{
    int wrong = 0;
    for (const auto& sample : replies_of_scenarios(key))
        for (std::size_t rules = 0; rules < 6; ++rules) {
            auto verdict = classify(sample.reply, rules_of(rules));
            bool accepted = verdict.kind == Verdict::Kind::accepted;
            wrong += accepted && (sample.order.empty() || verdict.supplier_order_id != sample.order);
        }
    return wrong;
}

TEST(Replies, of_every_scenario_pass_for_an_acceptance_only_with_the_number_in_the_ledger)
{
    EXPECT_GT(replies_of_scenarios(key).size(), 100u);
    EXPECT_EQ(falsely_accepted_scenarios(real), 0);
}

// Rules that somebody might think good enough. Each must be caught by the checks above, or these show nothing.
struct Loose {
    const char* name;
    Classify classify;
};

Verdict accepted(std::string number) { return {Verdict::Kind::accepted, std::move(number)}; }

// The first digits behind the word, wherever it stands.
Verdict by_search(const net::HttpReply& reply, const suppliers::ReplyRules&)
{
    auto at = reply.body.find("\"order\"");
    auto from = at == std::string::npos ? at : reply.body.find_first_of("0123456789", at);
    if (from == std::string::npos) return {};
    return accepted(reply.body.substr(from, reply.body.find_first_not_of("0123456789", from) - from));
}

Verdict at_any_status(const net::HttpReply& reply, const suppliers::ReplyRules& rules)
{
    auto kinder = reply;
    kinder.status = 200;
    return suppliers::classify(kinder, rules);
}

// Takes the JSON out of what stands around it.
Verdict between_braces(const net::HttpReply& reply, const suppliers::ReplyRules& rules)
{
    auto kinder = reply;
    auto from = reply.body.find('{'), to = reply.body.rfind('}');
    if (from < to && to != std::string::npos) kinder.body = reply.body.substr(from, to - from + 1);
    return suppliers::classify(kinder, rules);
}

class LooseRule : public testing::TestWithParam<Loose> {};

TEST_P(LooseRule, is_caught)
{
    auto seen = judge_many(GetParam().classify, many / 20);
    EXPECT_GT(seen.false_accepted, 0);
    EXPECT_FALSE(seen.first.empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, LooseRule,
                         testing::Values(Loose{"by_search", by_search}, Loose{"at_any_status", at_any_status},
                                         Loose{"between_braces", between_braces}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(LooseRule, that_searches_for_the_word_is_caught_by_the_ledger) { EXPECT_GT(falsely_accepted_scenarios(by_search), 0); }

TEST(Mutator, makes_the_same_replies_of_the_same_seed)
{
    Mutator one(7, all_replies(), key), same(7, all_replies(), key), other(8, all_replies(), key);
    int equal = 0;
    for (int i = 0; i < 500; ++i) {
        auto made = one.next();
        EXPECT_EQ(made.body, same.next().body);
        equal += made.body == other.next().body;
    }
    EXPECT_LT(equal, 100);
}

TEST(Tokens, are_strings_numbers_words_and_marks)
{
    std::string_view text = R"( {"a\"b":-1.5e3,"c": [true]} )";
    std::vector<std::string_view> found;
    for (auto [at, size] : tokens_of(text)) found.push_back(text.substr(at, size));
    EXPECT_EQ(found,
              (std::vector<std::string_view>{"{", R"("a\"b")", ":", "-1.5e3", ",", R"("c")", ":", "[", "true", "]", "}"}));
}

TEST(NaiveOracle, accepts_what_is_plain_and_nothing_else)
{
    EXPECT_EQ(plainly_accepted(200, R"({"order":5})", false), "5");
    EXPECT_EQ(plainly_accepted(200, "{\"\\u006frder\":\"5\",\"x\":\"\xC3\xA9\"}", false), "5");
    EXPECT_EQ(plainly_accepted(201, R"({"data":{"order_id":5}})", true), "5");
    for (auto body : {R"({"order":05})", R"({"order":5)", R"({"order":5}x)", R"({"order":5,"order":5})", R"({"order":5,})",
                      R"({"order":5,"error":null})", R"({"order":-5})", R"({"order":5.0})", R"([{"order":5}])",
                      "{\"order\":5,\"x\":\"\xC0\xAF\"}", "{\"order\":5,\"x\":\"\n\"}", R"({"order":5,"x":"\ud800"})",
                      R"({"order":5,"status":"Failed"})", R"({"order_id":5})", R"({"data":{"order":5}})", ""})
        EXPECT_FALSE(plainly_accepted(200, body, false)) << body;
    EXPECT_FALSE(plainly_accepted(202, R"({"order":5})", false));
}

}  // namespace
}  // namespace smg::test
