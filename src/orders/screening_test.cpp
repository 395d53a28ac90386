#include "orders/screening.hpp"

#include <gmock/gmock.h>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;

class Screening : public Orders {
protected:
    void rule(std::string_view verdict, std::string_view kind, std::string_view value)
    {
        write([&](db::Tx& tx) {
            return tx.execute("INSERT INTO email_rules (verdict, kind, value, created_at) VALUES (?, ?, ?, ?)", verdict,
                              kind, value, now);
        });
    }

    Order screened(const json::object& instead, Time at)
    {
        auto one = draft("screened", instead);
        read([&](db::Tx& tx) {
            screen_together(tx, at, std::span(&one, 1), settings(), disposable);
            return true;
        });
        return one.order;
    }
    Order screened(const json::object& instead) { return screened(instead, now); }

    Velocity velocity(const json::object& instead, Time at)
    {
        auto one = draft("asked", instead);
        return read([&](db::Tx& tx) { return backgrounds_of(tx, at, std::span(&one, 1), settings()).front().velocity; });
    }

    static json::object from(std::string_view email) { return {{"client_email", email}}; }

    const DisposableDomains disposable{"mailinator.com\n"};
};
INSTANTIATE_TEST_SUITE_P(databases, Screening, db::both_databases(), db::dialect_name);

TEST_P(Screening, lets_a_plain_order_go_and_holds_a_suspicious_one_with_its_reasons)
{
    auto good = screened(from("olena@ukr.net"));
    EXPECT_EQ(good.phase, Phase::launching);
    EXPECT_EQ(good.status, "launching");
    EXPECT_EQ(good.suspicion, 0);
    EXPECT_EQ(json::text_of(good.suspicion_reasons), "[]");
    auto bad = screened(from("x@mailinator.com"));
    EXPECT_EQ(bad.phase, Phase::review);
    EXPECT_EQ(bad.status, "pending");
    EXPECT_EQ(bad.suspicion, 100);
    EXPECT_EQ(json::text_of(bad.suspicion_reasons), R"([{"signal":"disposable","weight":100,"detail":"mailinator.com"}])");
    set("suspicious.threshold", "101");
    EXPECT_EQ(screened(from("x@mailinator.com")).phase, Phase::launching);
}

struct Rule {
    std::string_view kind, value, email;
    bool held;
};

TEST_P(Screening, finds_the_rules_that_concern_an_address_and_no_others)
{
    for (const auto& [kind, value, email, held] : std::initializer_list<Rule>{
             {"address", "olena@gmail.com", "O.Lena+1@googlemail.com", true},
             {"address", "olena@gmail.com", "olena2@gmail.com", false},
             {"domain", "bad.example", "a@bad.example", true},
             {"domain", "bad.example", "a@very.BAD.example", true},
             {"domain", "bad.example", "a@notbad.example", false},
             {"domain", "example", "a@other.example", true},
             {"pattern", "bot*@*.ua", "BOT17@pošta.ua", true},
             {"pattern", "bot*@*.ua", "robot17@posta.ua", false},
             {"address", "", "not an address", false},
             {"domain", "", "olena@ukr.net", false},
         }) {
        write([](db::Tx& tx) { return tx.execute("DELETE FROM email_rules"); });
        rule("hold", kind, value);
        set("suspicious.invalid", "0");
        EXPECT_EQ(screened(from(email)).phase == Phase::review, held) << kind << " " << value << " " << email;
    }
}

TEST_P(Screening, finds_for_each_of_many_its_own_rules_and_counts)
{
    for (int i = 0; i < 3; ++i) add("old " + std::to_string(i), from("old3@ukr.net"));
    rule("hold", "address", "old7@ukr.net");
    rule("hold", "domain", "bad11.example");
    std::vector<Draft> many;
    for (int i = 0; i < 150; ++i)
        many.push_back(draft("n" + std::to_string(i),
                             {{"client_email", "old" + std::to_string(i) + "@" + (i == 11 ? "bad11.example" : "ukr.net")},
                              {"url", "https://t.me/" + std::to_string(i)}}));
    auto found = read([&](db::Tx& tx) { return backgrounds_of(tx, now, many, settings()); });
    for (int i = 0; i < 150; ++i) {
        EXPECT_EQ(found[i].rules.size(), i == 7 || i == 11 ? 1u : 0u) << i;
        EXPECT_EQ(found[i].velocity.by_email, i == 3 ? 3 : 0) << i;
        EXPECT_EQ(found[i].velocity.by_link, 0) << i;
    }
}

TEST_P(Screening, lets_pass_what_a_rule_lets_pass)
{
    rule("hold", "domain", "mailinator.com");
    EXPECT_EQ(screened(from("boss@mailinator.com")).phase, Phase::review);
    rule("pass", "address", "boss@mailinator.com");
    EXPECT_EQ(screened(from("boss@mailinator.com")).phase, Phase::launching);
    EXPECT_EQ(screened(from("other@mailinator.com")).phase, Phase::review);
}

TEST_P(Screening, counts_earlier_orders_of_the_address_and_the_link_in_the_window)
{
    for (int i = 0; i < 3; ++i)
        add("same " + std::to_string(i), {{"client_email", "Ole.na@gmail.com"}, {"url", "https://t.me/a"}});
    add("other", {{"client_email", "petro@ukr.net"}, {"url", "https://t.me/b"}});
    auto of = [&](std::string_view email, std::string_view url, Time at) {
        return velocity({{"client_email", email}, {"url", url}}, at);
    };
    EXPECT_EQ(of("olena+x@gmail.com", "https://t.me/none", now).by_email, 3);
    EXPECT_EQ(of("new@ukr.net", "http://www.t.me/a/?utm_source=x", now).by_link, 3);
    EXPECT_EQ(of("petro@ukr.net", "https://t.me/b", now).by_email, 1);
    EXPECT_EQ(of("new@ukr.net", "https://t.me/none", now).by_email, 0);
    EXPECT_EQ(of("new@ukr.net", "https://t.me/none", now).by_link, 0);
    EXPECT_EQ(of("olena@gmail.com", "https://t.me/a", now + 3600s).by_email, 3);  // the window's edge
    EXPECT_EQ(of("olena@gmail.com", "https://t.me/a", now + 3600s + 1ms).by_email, 0);
    set("suspicious.velocity_window_s", "60");
    EXPECT_EQ(of("olena@gmail.com", "https://t.me/a", now + 61s).by_link, 0);
    set("suspicious.velocity_email_count", "2");
    EXPECT_EQ(of("olena@gmail.com", "https://t.me/a", now).by_email, 2);  // counts no further than matters
}

TEST_P(Screening, many_orders_are_a_reason_but_hold_alone_only_when_told_to)
{
    set("suspicious.velocity_email_count", "2");
    set("suspicious.velocity_email", "100");
    for (int i = 0; i < 2; ++i) add("same " + std::to_string(i), from("olena@ukr.net"));
    auto many = screened(from("olena@ukr.net"));
    EXPECT_EQ(many.phase, Phase::launching);
    EXPECT_EQ(many.suspicion, 100);
    EXPECT_EQ(screened(from("olena@ukr.net"), now + 2h).suspicion, 0);
    set("suspicious.velocity_alone_holds", "1");
    EXPECT_EQ(screened(from("olena@ukr.net")).phase, Phase::review);
}

TEST_P(Screening, takes_every_weight_from_its_setting)
{
    for (auto [key, member] : {std::pair{"suspicious.threshold", &SuspicionWeights::threshold},
                               {"suspicious.disposable", &SuspicionWeights::disposable},
                               {"suspicious.blacklist", &SuspicionWeights::blacklist},
                               {"suspicious.invalid", &SuspicionWeights::invalid},
                               {"suspicious.typo", &SuspicionWeights::typo},
                               {"suspicious.role", &SuspicionWeights::role},
                               {"suspicious.gibberish", &SuspicionWeights::gibberish},
                               {"suspicious.velocity_email", &SuspicionWeights::velocity_email},
                               {"suspicious.velocity_link", &SuspicionWeights::velocity_link},
                               {"suspicious.velocity_email_count", &SuspicionWeights::velocity_email_count},
                               {"suspicious.velocity_link_count", &SuspicionWeights::velocity_link_count}}) {
        EXPECT_EQ(weights_of(settings()).*member, SuspicionWeights{}.*member) << key;
        set(key, "4711");
        EXPECT_EQ(weights_of(settings()).*member, 4711) << key;
    }
}

}  // namespace
}  // namespace smg::orders
