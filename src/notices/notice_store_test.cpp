#include "notices/notice_store.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <array>

#include "db/testing.hpp"
#include "jobs/job_store.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class NoticeStore : public db::OnBothDatabases {
protected:
    bool raised(const std::string& key, Kind kind = Kind::uncertain, std::optional<OrderId> order = {},
                std::optional<ProviderId> provider = {})
    {
        NewNotice notice;
        notice.kind = kind;
        notice.level = Level::alarm;
        notice.dedup_key = key;
        notice.values = {{"order", "41"}};
        notice.order_id = order;
        notice.provider_id = provider;
        return db().write_now([&](db::Tx& tx) { return raise(tx, now, Language::en, notice); });
    }

    bool raise_for(SiteId site, const std::string& key)
    {
        NewNotice notice;
        notice.kind = Kind::suspicious;
        notice.dedup_key = key;
        notice.site_id = site;
        return db().write_now([&](db::Tx& tx) { return raise(tx, now, Language::en, notice); });
    }

    template <class F>
    auto write(F work)
    {
        return db().write_now([&](db::Tx& tx) { return work(tx); });
    }

    std::vector<Notice> list(bool unseen_only = false)
    {
        return db().read_now([&](db::Tx& tx) { return list_notices(tx, 100, {.unseen_only = unseen_only}); });
    }

    std::int64_t jobs()
    {
        return db().read_now(
            [](db::Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM jobs WHERE kind = 'notices.deliver'"); });
    }

    void all_are(State state)
    {
        write([&](db::Tx& tx) { return tx.execute("UPDATE notices SET state = ?, run_at = ?", state, now); });
    }

    Time now = *from_stored("2026-11-22 17:00:00.000");
};

INSTANTIATE_TEST_SUITE_P(databases, NoticeStore, db::both_databases(), db::dialect_name);

TEST_P(NoticeStore, knows_what_nobody_has_seen_of_a_kind)
{
    raised("in_flight:1", Kind::in_flight);
    raised("in_flight:2", Kind::in_flight);
    raised("task_overdue:orders:1", Kind::task_overdue);
    auto unseen = [&] { return db().read_now([](db::Tx& tx) { return unseen_of(tx, Kind::in_flight); }); };
    ASSERT_THAT(unseen(), SizeIs(2));
    auto first = unseen()[0];
    EXPECT_EQ(first.dedup_key, "in_flight:1");
    write([&](db::Tx& tx) { return mark_seen(tx, now, first.id, "SMG CRM"); });
    ASSERT_THAT(unseen(), SizeIs(1));
    EXPECT_EQ(unseen()[0].dedup_key, "in_flight:2");
}

TEST_P(NoticeStore, keeps_one_of_a_key_and_one_job_for_all)
{
    std::vector<std::string> topics;
    db().listen([&](const db::Announcement& what) { topics.push_back(what.topic); });
    EXPECT_TRUE(raised("uncertain:41"));
    EXPECT_THAT(topics, testing::UnorderedElementsAre("jobs", "notices"));
    EXPECT_FALSE(raised("uncertain:41"));
    EXPECT_THAT(topics, SizeIs(2)) << "a second one is no news";
    EXPECT_TRUE(raised("uncertain:42"));
    db().listen({});
    EXPECT_THAT(list(), SizeIs(2));
    EXPECT_EQ(jobs(), 1);
    EXPECT_THAT(list()[0].body, HasSubstr("Order 41"));
    EXPECT_EQ(list()[0].state, State::queued);
}

TEST_P(NoticeStore, takes_keys_of_any_length)
{
    std::string key(500, 'k');
    EXPECT_TRUE(raised(key + "1"));
    EXPECT_TRUE(raised(key + "2"));
    EXPECT_FALSE(raised(key + "1"));
}

TEST_P(NoticeStore, is_seen_once_by_one)
{
    raised("a");
    raised("b");
    auto id = list()[0].id;
    EXPECT_TRUE(write([&](db::Tx& tx) { return mark_seen(tx, now, id, "Olena"); }));
    EXPECT_FALSE(write([&](db::Tx& tx) { return mark_seen(tx, now, id, "Petro"); }));
    EXPECT_EQ(list()[0].seen_by, "Olena");
    EXPECT_THAT(list(true), SizeIs(1));
}

TEST_P(NoticeStore, of_a_site_is_read_by_its_people_alone)
{
    raised("of no site");
    raise_for(SiteId{1}, "one"), raise_for(SiteId{2}, "two");
    auto count = [&](std::optional<std::vector<SiteId>> sites) {
        return db().read_now([&](db::Tx& tx) { return list_notices(tx, 100, {.sites = sites}).size(); });
    };
    EXPECT_EQ(count({}), 3u);
    EXPECT_EQ(count({{SiteId{2}}}), 2u);
    EXPECT_EQ(count({{SiteId{1}, SiteId{2}}}), 3u);
    EXPECT_EQ(count(std::vector<SiteId>{}), 1u);
}

TEST_P(NoticeStore, a_decided_order_needs_no_reminder)
{
    raised("uncertain:41", Kind::uncertain, OrderId{41});
    raised("uncertain:42", Kind::uncertain, OrderId{42});
    write([&](db::Tx& tx) { return mark_order_seen(tx, now, OrderId{41}, "Olena"), 0; });
    all_are(State::sent);
    now += 1h;
    EXPECT_EQ(write([&](db::Tx& tx) { return remind_unseen(tx, now, Kind::uncertain); }), 1);
}

TEST_P(NoticeStore, reminds_at_its_times_of_the_unseen_only)
{
    raised("uncertain:41");
    raised("low_balance:1", Kind::low_balance);
    all_are(State::sent);
    auto remind = [&] { return write([&](db::Tx& tx) { return remind_unseen(tx, now, Kind::uncertain); }); };
    now += 14min;
    EXPECT_EQ(remind(), 0);
    now += 1min;
    EXPECT_EQ(remind(), 1);
    EXPECT_EQ(remind(), 0) << "it is queued already";
    all_are(State::silent);
    now += 59min;
    EXPECT_EQ(remind(), 0);
    now += 1min;
    EXPECT_EQ(remind(), 1);
    all_are(State::sent);
    for (const auto& notice : list()) write([&](db::Tx& tx) { return mark_seen(tx, now, notice.id, "Olena"); });
    now += 24h;
    EXPECT_EQ(remind(), 0);
}

TEST_P(NoticeStore, a_released_supplier_needs_no_reminder)
{
    raised("lane_paused:1", Kind::lane_paused, {}, ProviderId{1});
    raised("lane_paused:2", Kind::lane_paused, {}, ProviderId{2});
    raised("low_balance:1", Kind::low_balance, {}, ProviderId{1});
    write([&](db::Tx& tx) { return mark_provider_seen(tx, now, ProviderId{1}, Kind::lane_paused, "Olena"), 0; });
    EXPECT_THAT(list(true), SizeIs(2));
    all_are(State::sent);
    now += 1h;
    EXPECT_EQ(write([&](db::Tx& tx) { return remind_unseen(tx, now, Kind::lane_paused); }), 1);
}

TEST_P(NoticeStore, what_is_over_by_itself_is_seen_with_its_last_words)
{
    raised("realtime_silent:n1:a", Kind::realtime_silent);
    raised("realtime_silent:n2:a", Kind::realtime_silent);
    raised("dead_job:1", Kind::dead_job);
    NewNotice over;
    over.kind = Kind::realtime_silent;
    over.dedup_key = "realtime_silent:n1:";
    over.values = {{"server", "rt.example"}, {"lost", "7"}};
    write([&](db::Tx& tx) { return settle(tx, now, Language::en, over, "SMG CRM"), 0; });
    EXPECT_THAT(list(true), SizeIs(2));
    EXPECT_EQ(list()[2].seen_by, "SMG CRM");
    EXPECT_THAT(list()[2].body, HasSubstr("Events not told: 7"));

    // Of one without values the words stay as they were.
    auto before = list()[1].body;
    over.dedup_key = "realtime_silent:n2:";
    over.values.clear();
    write([&](db::Tx& tx) { return settle(tx, now, Language::en, over, "SMG CRM"), 0; });
    EXPECT_THAT(list(true), SizeIs(1));
    EXPECT_EQ(list()[1].body, before);
}

TEST_P(NoticeStore, reminds_of_several_kinds_and_of_some_at_a_time)
{
    for (int i = 0; i < most_reminders + 5; ++i) raised(fmt::format("notaccepted:{}", i), Kind::notaccepted);
    raised("dead_job:1", Kind::dead_job);
    all_are(State::sent);
    now += 15min;
    constexpr std::array kinds{Kind::notaccepted, Kind::dead_job};
    auto remind = [&] { return write([&](db::Tx& tx) { return remind_unseen(tx, now, kinds); }); };
    EXPECT_EQ(remind(), most_reminders + 1);
    now += 2min;
    EXPECT_EQ(remind(), 5) << "nobody is passed over";
    EXPECT_EQ(remind(), 0);
}

TEST_P(NoticeStore, forgets_what_ended_long_ago_and_nothing_that_waits)
{
    raised("a");
    raised("b");
    write([&](db::Tx& tx) { return tx.execute("UPDATE notices SET state = 'sent' WHERE dedup_key = 'a'"); });
    write([&](db::Tx& tx) { return prune_notices(tx, now + 1s), 0; });
    EXPECT_THAT(list(), SizeIs(1));
}

}  // namespace
}  // namespace smg::notices
