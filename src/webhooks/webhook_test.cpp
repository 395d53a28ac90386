#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>

#include "db/testing.hpp"
#include "jobs/job_store.hpp"
#include "settings/settings.hpp"
#include "webhooks/sender.hpp"
#include "webhooks/webhook_store.hpp"

namespace smg::webhooks {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

net::HttpResult answered(int status, std::string body = "")
{
    net::HttpReply reply;
    reply.status = status;
    reply.body = std::move(body);
    return reply;
}

class Webhooks : public db::OnBothDatabases {
protected:
    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        settings_.emplace(db(), master);
        sender_.emplace(
            db(), clock, master, *settings_, [this](net::HttpRequest request) { return receive(std::move(request)); },
            [this](db::Tx&, const Trouble& trouble) { troubles.push_back(trouble); });
    }

    void TearDown() override
    {
        sender_.reset();
        settings_.reset();
        OnBothDatabases::TearDown();
    }

    template <class F>
    auto write(F work)
    {
        return db().write_now([&](db::Tx& tx) { return work(tx); });
    }

    Changed add(std::vector<std::string> events = {"order.created"}, std::int64_t site = 0)
    {
        WebhookChange asked;
        asked.name = "Bookkeeping";
        asked.url = "https://books.example/hook?key=hidden";
        asked.events = std::move(events);
        asked.site_id = site;
        return write([&](db::Tx& tx) { return add_webhook(tx, master, clock.now(), asked); }).value();
    }

    Result<Changed> change(WebhookId id, const WebhookChange& asked)
    {
        return write([&](db::Tx& tx) { return change_webhook(tx, master, clock.now(), *find_webhook(tx, id), asked); });
    }

    Webhook read(WebhookId id)
    {
        return *db().read_now([&](db::Tx& tx) { return find_webhook(tx, id); });
    }

    void tell(std::string_view event, std::optional<SiteId> site = {})
    {
        write([&](db::Tx& tx) -> Result<void> {
            jobs::tell(tx, clock.now(), event, site, json::object{{"id", 41}});
            return {};
        }).value();
    }

    std::vector<DeliveryLine> log(WebhookId id)
    {
        return db().read_now([&](db::Tx& tx) { return list_deliveries(tx, {id}); });
    }

    std::vector<std::string> followed()
    {
        return db().read_now([](db::Tx& tx) { return jobs::followed(tx); });
    }

    /// Runs whatever is due, once each.
    int run_due()
    {
        jobs::ClaimRequest request;
        request.boot_id = "boot";
        for (const auto& kind : sender_->kinds()) request.slots.push_back({std::string(kind.name), 10, kind.lease});
        request.lane_limit = [](std::string_view lane) { return lane_limit(lane).value_or(0); };
        auto claimed = write([&](db::Tx& tx) { return jobs::claim(tx, clock.now(), request); });
        for (const auto& job : claimed.jobs) {
            auto outcome = carry_out(job);
            write([&](db::Tx& tx) -> Result<void> {
                if (auto park = std::get_if<jobs::Park>(&outcome))
                    jobs::park(tx, clock.now(), job, park->reason, park->until);
                else if (std::holds_alternative<jobs::Done>(outcome)) jobs::finish(tx, clock.now(), job);
                return {};
            }).value();
        }
        return static_cast<int>(claimed.jobs.size());
    }

    jobs::Outcome carry_out(const jobs::Job& job)
    {
        jobs::Outcome outcome;
        bool ended = false;
        auto working = [&]() -> Async<void> {
            if (job.kind == jobs::news_job) outcome = co_await sender_->spread(job);
            else outcome = co_await sender_->deliver(job);
        };
        boost::asio::co_spawn(io, working, [&](std::exception_ptr) { ended = true; });
        io.restart();
        while (!ended) io.run_one_for(std::chrono::milliseconds(10));
        return outcome;
    }

    Async<net::HttpResult> receive(net::HttpRequest request)
    {
        got.push_back(request);
        if (script.empty()) co_return answered(200);
        auto answer = script.front();
        script.erase(script.begin());
        co_return answer;
    }

    boost::asio::io_context io;
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    MasterKey master = MasterKey::random();
    std::optional<settings::Settings> settings_;
    std::optional<Sender> sender_;
    std::vector<net::HttpResult> script;
    std::vector<net::HttpRequest> got;
    std::vector<Trouble> troubles;
};
INSTANTIATE_TEST_SUITE_P(databases, Webhooks, db::both_databases(), db::dialect_name);

TEST(Signature, is_of_the_time_and_the_body)
{
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
    auto good = signature_of("whsec_test", "1700000000", R"({"a":1})");
    EXPECT_EQ(good, "sha256=38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789");
    EXPECT_NE(good, signature_of("whsec_test", "1700000000", R"({"a":2})"));
    EXPECT_NE(good, signature_of("whsec_test", "1700000001", R"({"a":1})"));
    EXPECT_NE(good, signature_of("whsec_other", "1700000000", R"({"a":1})"));
}

TEST_P(Webhooks, keep_their_secret_sealed_and_show_it_once)
{
    auto added = add();
    ASSERT_TRUE(added.made);
    EXPECT_EQ(secret_of(master, added.webhook)->reveal(), added.made->reveal());
    EXPECT_FALSE(added.webhook.secret->contains(added.made->reveal()));
    EXPECT_FALSE(added.detail.contains("hidden")) << added.detail;
    WebhookChange mine;
    mine.secret = "a secret of my own";
    auto changed = change(added.webhook.id, mine).value();
    EXPECT_FALSE(changed.made);
    EXPECT_EQ(secret_of(master, read(added.webhook.id))->reveal(), "a secret of my own");
}

TEST_P(Webhooks, refuse_what_cannot_be)
{
    auto id = add().webhook.id;
    auto refused = [&](auto set) {
        WebhookChange asked;
        set(asked);
        auto changed = change(id, asked);
        return changed ? "" : changed.error().fields.at(0).field;
    };
    EXPECT_EQ(refused([](auto& in) { in.url = "ftp://books.example"; }), "url");
    EXPECT_EQ(refused([](auto& in) { in.events = {"order.lost"}; }), "events");
    EXPECT_EQ(refused([](auto& in) { in.events.emplace(); }), "events");
    EXPECT_EQ(refused([](auto& in) { in.site_id = 999; }), "site_id");
    EXPECT_EQ(refused([](auto& in) { in.secret = "short"; }), "secret");
    EXPECT_EQ(refused([](auto& in) { in.name = " "; }), "name");
}

TEST_P(Webhooks, are_told_what_they_asked_for_and_nothing_of_others)
{
    auto all = add({"order.created", "notice.raised"}).webhook.id;
    auto one = add({"order.status_changed"}).webhook.id;
    EXPECT_THAT(followed(), testing::UnorderedElementsAre("order.created", "notice.raised", "order.status_changed"));
    tell("order.created", SiteId{7});
    while (run_due() > 0) {}
    EXPECT_THAT(log(all), SizeIs(1));
    EXPECT_THAT(log(one), SizeIs(0));
    ASSERT_THAT(got, SizeIs(1));
    EXPECT_EQ(got.front().url, "https://books.example/hook?key=hidden");
    EXPECT_THAT(got.front().body, HasSubstr(R"("event":"order.created")"));
    write([&](db::Tx& tx) { return remove_webhook(tx, all), 0; });
    EXPECT_THAT(followed(), testing::ElementsAre("order.status_changed"));
}

TEST_P(Webhooks, are_tried_again_with_growing_pauses_until_they_answer)
{
    auto id = add().webhook.id;
    script = {answered(500, std::string(5000, 'x')),
              std::unexpected(net::HttpFailure{net::Failure::timeout, true, "silence"})};
    tell("order.created");
    run_due();
    run_due();
    auto line = log(id).at(0);
    EXPECT_EQ(line.state, State::pending);
    EXPECT_EQ(line.last_status, 500);
    EXPECT_THAT(*line.last_answer, SizeIs(1024));
    ASSERT_TRUE(line.next_at);
    EXPECT_GE(*line.next_at, clock.now() + 30s);
    EXPECT_LE(*line.next_at, clock.now() + 60s);
    EXPECT_EQ(run_due(), 0) << "too early";
    for (int i = 0; i < 2; ++i) {
        clock.advance(*log(id).at(0).next_at - clock.now());
        EXPECT_EQ(run_due(), 1);
    }
    line = log(id).at(0);
    EXPECT_EQ(line.state, State::delivered);
    EXPECT_EQ(line.tries, 3);
    EXPECT_EQ(line.delivered_at, clock.now());
    ASSERT_THAT(got, SizeIs(3));
    EXPECT_EQ(got[0].body, got[2].body);
    EXPECT_EQ(got[0].headers[3], got[2].headers[3]) << "X-SMG-Delivery stays";
    EXPECT_NE(got[0].headers[5], got[2].headers[5]) << "the time is signed too";
    EXPECT_THAT(troubles, SizeIs(0));
}

TEST_P(Webhooks, are_given_up_after_three_days_and_a_person_is_told)
{
    auto id = add().webhook.id;
    auto began = clock.now();
    script.assign(1000, answered(503));
    tell("order.created");
    run_due();
    run_due();
    while (log(id).at(0).state == State::pending) {
        clock.advance(*log(id).at(0).next_at - clock.now());
        run_due();
    }
    EXPECT_EQ(log(id).at(0).state, State::failed);
    EXPECT_GE(clock.now() - began, 72h);
    EXPECT_LE(clock.now() - began, 72h + 6h);
    EXPECT_GE(log(id).at(0).tries, 15);
    ASSERT_FALSE(troubles.empty());
    EXPECT_EQ(troubles.front().kind, Trouble::Kind::given_up);
}

TEST_P(Webhooks, whose_receiver_is_gone_pause_and_go_on_when_switched_on)
{
    auto id = add().webhook.id;
    script = {answered(410)};
    tell("order.created");
    run_due();
    run_due();
    EXPECT_FALSE(read(id).active);
    EXPECT_EQ(read(id).paused_reason, "HTTP 410");
    EXPECT_THAT(followed(), SizeIs(0));
    ASSERT_FALSE(troubles.empty());
    EXPECT_EQ(troubles.front().kind, Trouble::Kind::gone);
    EXPECT_EQ(run_due(), 0);
    WebhookChange on;
    on.active = true;
    EXPECT_TRUE(change(id, on));
    EXPECT_FALSE(read(id).paused_reason);
    EXPECT_EQ(run_due(), 1);
    EXPECT_EQ(log(id).at(0).state, State::delivered);
}

TEST_P(Webhooks, that_are_dead_hold_up_two_of_their_own_and_nobody_else)
{
    auto dead = add().webhook.id, alive = add().webhook.id;
    for (int i = 0; i < 5; ++i) tell("order.created");
    run_due();
    jobs::ClaimRequest request;
    request.boot_id = "boot";
    request.slots.push_back({std::string(deliver_job), 100, 60s});
    request.lane_limit = [](std::string_view lane) { return lane_limit(lane).value_or(0); };
    auto claimed = write([&](db::Tx& tx) { return jobs::claim(tx, clock.now(), request); });
    EXPECT_THAT(claimed.jobs, SizeIs(4)) << "two of each";
    EXPECT_THAT(log(dead), SizeIs(5));
    EXPECT_THAT(log(alive), SizeIs(5));
}

TEST_P(Webhooks, forget_what_is_old_and_discard_what_nobody_will_fetch)
{
    auto id = add().webhook.id;
    tell("order.created");
    while (run_due() > 0) {}
    tell("order.created");
    run_due();
    WebhookChange off;
    off.active = false;
    EXPECT_TRUE(change(id, off));
    clock.advance(24h * 4);
    auto prune = [&](Duration keep) {
        return write([&](db::Tx& tx) { return prune_deliveries(tx, clock.now() - keep, clock.now() - 72h, 100); });
    };
    EXPECT_EQ(prune(24h * 30), 0);
    EXPECT_EQ(log(id).at(0).state, State::discarded);
    EXPECT_EQ(log(id).at(1).state, State::delivered);
    EXPECT_EQ(prune(24h), 2);
    EXPECT_THAT(log(id), SizeIs(0));
}

TEST_P(Webhooks, leave_out_what_is_too_long_and_say_so)
{
    auto id = add().webhook.id;
    write([&](db::Tx& tx) -> Result<void> {
        json::object data{{"id", 41}, {"params", std::string(100'000, 'x')}};
        jobs::tell(tx, clock.now(), "order.created", {}, std::move(data));
        return {};
    }).value();
    while (run_due() > 0) {}
    EXPECT_EQ(log(id).at(0).state, State::delivered);
    EXPECT_THAT(got.at(0).body, HasSubstr(R"("data":{"id":41,"params":null},"left_out":["params"])"));
}

TEST_P(Webhooks, of_a_shop_is_one_also_when_two_make_it_at_once_and_stays_with_its_shop)
{
    auto site = write([](db::Tx& tx) {
        return Result<std::int64_t>(*tx.first<std::int64_t>(
            "INSERT INTO sites (url, name, currency_id) VALUES ('https://shop.example', 'Shop', 1) RETURNING id"));
    });
    ShopReceiver shop{SiteId{*site}, "Shop", "https://shop.example/wp-json/smgcrm/v1/order-event",
                      Secret("a-signing-key-of-it")};
    auto keep = [&] { return write([&](db::Tx& tx) { return keep_for_shop(tx, master, clock.now(), shop); }); };
    auto all = [&] { return db().read_now([](db::Tx& tx) { return all_webhooks(tx); }); };
    ASSERT_TRUE(keep());
    ASSERT_TRUE(keep());
    EXPECT_THAT(all(), SizeIs(1));
    // As if the other one's were not there yet when it was looked for.
    write([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("UPDATE webhooks SET automatic = 0")); }).value();
    ASSERT_TRUE(keep());
    EXPECT_THAT(all(), SizeIs(1));
    write([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("UPDATE webhooks SET automatic = 1")); }).value();
    auto moved =
        write([&](db::Tx& tx) { return change_webhook(tx, master, clock.now(), all_webhooks(tx)[0], {.site_id = 0}); });
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().code, Code::invalid);
}

}  // namespace
}  // namespace smg::webhooks
