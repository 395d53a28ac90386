#include "orders/order_store.hpp"

#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "orders/testing.hpp"

namespace smg::orders {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OrderStore : public Orders {
protected:
    Result<Order> move(const Order& from, Move by, std::vector<Change> changes = {})
    {
        return write([&](db::Tx& tx) {
            return move_order(tx, now + 1s, from, by, {Actor::Kind::person, "Olena"}, {"why", "reply"}, changes);
        });
    }

    Result<Order> update(const Order& from, const std::string& notes)
    {
        return write([&](db::Tx& tx) { return update_order(tx, now + 1s, from, {orders::set(tx, "notes", notes)}); });
    }

    std::vector<std::string> found(const Filter& filter)
    {
        std::vector<std::string> numbers;
        for (auto& order : read([&](db::Tx& tx) { return list_orders(tx, filter); }))
            numbers.push_back(order.wp_order_number);
        return numbers;
    }

    std::int64_t counted(const Filter& filter, std::int64_t most = 10'000)
    {
        return read([&](db::Tx& tx) { return count_orders(tx, filter, most); });
    }
};
INSTANTIATE_TEST_SUITE_P(databases, OrderStore, db::both_databases(), db::dialect_name);

TEST_P(OrderStore, a_move_changes_phase_word_version_and_history_together)
{
    auto before = add("1");
    auto after_move = move(before, Move::dropped);
    ASSERT_TRUE(after_move);
    EXPECT_EQ(after_move->phase, Phase::canceled);
    EXPECT_EQ(after_move->status, "canceled");
    EXPECT_EQ(after_move->version, before.version + 1);
    EXPECT_EQ(after_move->updated_at, now + 1s);
    EXPECT_EQ(after_move->finished_at, now + 1s);
    auto event = events(before.id).back();
    EXPECT_EQ(event.kind, "dropped");
    EXPECT_EQ(event.from_value, "launching");
    EXPECT_EQ(event.to_value, "canceled");
    EXPECT_EQ(event.actor, "Olena");
    EXPECT_EQ(event.detail, "why");
    EXPECT_EQ(event.reply, "reply");
}

TEST_P(OrderStore, a_move_that_the_table_does_not_have_changes_nothing)
{
    auto before = add("1");
    auto refused = move(before, Move::accepted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::conflict);
    EXPECT_EQ(order(before.id).version, before.version);
    EXPECT_THAT(history(before.id), ElementsAre("received"));
}

TEST_P(OrderStore, who_saw_an_older_version_or_another_phase_comes_too_late)
{
    auto seen = add("1");
    ASSERT_TRUE(update(seen, "newer"));
    EXPECT_EQ(move(seen, Move::dropped).error().code, Code::conflict);
    EXPECT_EQ(update(seen, "older").error().code, Code::conflict);
    auto disguised = order(seen.id);
    disguised.phase = Phase::review;  // right version, wrong phase
    EXPECT_EQ(move(disguised, Move::approved).error().code, Code::conflict);
    EXPECT_EQ(order(seen.id).notes, "newer");
    EXPECT_THAT(history(seen.id), ElementsAre("received"));
}

TEST_P(OrderStore, of_two_movers_at_once_exactly_one_wins)
{
    for (int round = 0; round < 10; ++round) {
        auto seen = add("race " + std::to_string(round));
        std::latch begin(4);
        std::atomic<int> won = 0, late = 0;
        std::vector<std::thread> movers;
        for (int i = 0; i < 4; ++i)
            movers.emplace_back([&, by = i % 2 ? Move::dropped : Move::taken] {
                begin.arrive_and_wait();
                auto moved = move(seen, by);
                moved ? ++won : ++late;
            });
        for (auto& mover : movers) mover.join();
        EXPECT_EQ(won, 1);
        EXPECT_EQ(late, 3);
        EXPECT_EQ(order(seen.id).version, seen.version + 1);
        EXPECT_THAT(history(seen.id), SizeIs(2));
    }
}

TEST_P(OrderStore, announces_what_is_committed_and_only_that)
{
    auto seen = add("1");
    std::mutex mutex;
    std::vector<std::pair<std::int64_t, std::int64_t>> heard;
    db().listen([&](const db::Announcement& what) {
        std::lock_guard lock(mutex);
        if (what.topic == "orders") heard.emplace_back(what.id, what.site_id);
    });
    EXPECT_FALSE(move(seen, Move::accepted));
    EXPECT_TRUE(update(seen, "x"));
    EXPECT_TRUE(move(order(seen.id), Move::dropped));
    db().listen({});
    EXPECT_THAT(heard, ElementsAre(std::pair(seen.id.value, site.id.value), std::pair(seen.id.value, site.id.value)));
}

TEST_P(OrderStore, the_database_refuses_an_order_that_runs_nowhere)
{
    auto sending = add_in(Phase::sending, "1");
    EXPECT_THROW(move(sending, Move::accepted), db::DatabaseError);  // without the supplier's number
    EXPECT_THROW(write([&](db::Tx& tx) { return tx.execute("UPDATE orders SET phase = 'lost' WHERE id = ?", sending.id); }),
                 db::DatabaseError);
    EXPECT_EQ(order(sending.id).phase, Phase::sending);
}

TEST_P(OrderStore, the_database_gives_a_suppliers_number_to_one_order)
{
    auto first = add_in(Phase::executing, "1");
    auto second = add_in(Phase::executing, "2");
    EXPECT_THROW(write([&](db::Tx& tx) {
                     return update_order(tx, now, second,
                                         {orders::set(tx, "supplier_order_number", *first.supplier_order_number)});
                 }),
                 db::DuplicateKey);
}

TEST_P(OrderStore, filters_find_exactly_what_they_name)
{
    auto other_site =
        *write([&](db::Tx& tx) { return sites::add_site(tx, now, {"https://other.example", "Other", "UAH"}); });
    auto a = add("A-1", {{"client_email", "petro@ukr.net"}, {"url", "https://instagram.com/p/AbC"}});
    auto b = add_in(Phase::executing, "B-2");
    auto c = add("C-3", {{"supplier_id", "2"}}, Phase::review);
    std::swap(site, other_site);
    auto d = add("A-1");
    std::swap(site, other_site);
    write([&](db::Tx& tx) {
        return tx.execute("UPDATE orders SET is_archive = 1, created_at = ? WHERE id = ?", now + 1h, d.id);
    });

    auto by = [&](auto set_one) {
        Filter filter;
        set_one(filter);
        EXPECT_EQ(counted(filter), std::ssize(found(filter)));
        return found(filter);
    };
    EXPECT_THAT(by([](Filter&) {}), ElementsAre("A-1", "C-3", "B-2", "A-1"));
    EXPECT_THAT(by([&](Filter& f) { f.site_id = site.id; }), ElementsAre("C-3", "B-2", "A-1"));
    EXPECT_THAT(by([&](Filter& f) { f.sites = std::vector{other_site.id}; }), ElementsAre("A-1"));
    EXPECT_THAT(by([&](Filter& f) { f.sites = std::vector{other_site.id, site.id}; }), SizeIs(4));
    EXPECT_THAT(by([](Filter& f) { f.statuses = {"executing"}; }), ElementsAre("B-2"));
    EXPECT_THAT(by([](Filter& f) { f.phases = {Phase::review}; }), ElementsAre("C-3"));
    EXPECT_THAT(by([](Filter& f) { f.supplier_id = "2"; }), ElementsAre("C-3"));
    EXPECT_THAT(by([](Filter& f) { f.wp_order_number = "B-2"; }), ElementsAre("B-2"));
    EXPECT_THAT(by([](Filter& f) { f.wp_order_number = "B-"; }), IsEmpty());
    EXPECT_THAT(by([](Filter& f) { f.archive = true; }), ElementsAre("A-1"));
    EXPECT_THAT(by([](Filter& f) { f.archive = false; }), SizeIs(3));
    EXPECT_THAT(by([&](Filter& f) { f.from = now + 1h; }), SizeIs(1));
    EXPECT_THAT(by([&](Filter& f) { f.to = now + 1h; }), SizeIs(3));
    EXPECT_THAT(by([&](Filter& f) { f.from = now, f.to = now; }), IsEmpty());
    for (auto q : {"A-", "A-1"}) EXPECT_THAT(by([&](Filter& f) { f.q = q, f.site_id = site.id; }), ElementsAre("A-1")) << q;
    for (auto q : {"petro@ukr.net", "PETRO", " petro@ ", "https://www.instagram.com/p/AbC/?igsh=1", "instagram.com/p"})
        EXPECT_THAT(by([&](Filter& f) { f.q = q; }), ElementsAre("A-1")) << q;
    EXPECT_THAT(by([&](Filter& f) { f.q = number_of(b.id); }), ElementsAre("B-2"));
    for (auto q : {"%", "_", "A%", "' OR 1=1 --", "-1", "instagram.com/p/abc"})
        EXPECT_THAT(by([&](Filter& f) { f.q = q; }), IsEmpty()) << q;
    EXPECT_THAT(by([&](Filter& f) { f.q = "  "; }), SizeIs(4));
    EXPECT_LT(a.id, c.id);
}

TEST_P(OrderStore, an_empty_set_of_sites_sees_nothing)
{
    add("1");
    Filter filter;
    filter.sites = std::vector<SiteId>{};
    EXPECT_THAT(found(filter), IsEmpty());
    EXPECT_EQ(counted(filter), 0);
    filter.site_id = site.id;
    EXPECT_THAT(found(filter), IsEmpty());
}

TEST_P(OrderStore, pages_follow_each_other_without_gaps)
{
    std::vector<Draft> drafts;
    for (int i = 0; i < 25; ++i) drafts.push_back(draft(std::to_string(i)));
    take(drafts);
    Filter filter;
    filter.limit = 10;
    std::vector<std::int64_t> ids;
    for (bool more = true; more;) {
        auto page = read([&](db::Tx& tx) { return list_orders(tx, filter); });
        more = std::ssize(page) > filter.limit;
        if (more) page.pop_back();
        for (const auto& one : page) ids.push_back(one.id.value);
        filter.before_id = ids.back();
        EXPECT_EQ(counted(filter), 25);  // the count is of the whole list
    }
    EXPECT_THAT(ids, SizeIs(25));
    EXPECT_TRUE(std::ranges::is_sorted(ids, std::greater{}));
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 25u);
    EXPECT_EQ(counted({}, 25), 25);
    EXPECT_EQ(counted({}, 24), 25);  // one more than asked for: there are others
    EXPECT_EQ(counted({}, 10), 11);
}

TEST_P(OrderStore, pages_of_several_sites_are_in_one_order_and_hold_no_other_sites)
{
    std::vector<sites::Site> shops{site};
    for (int i = 0; i < 3; ++i)
        shops.push_back(*write([&](db::Tx& tx) {
            return sites::add_site(tx, now, {"https://shop" + std::to_string(i) + ".example", "Other", "UAH"});
        }));
    for (int i = 0; i < 24; ++i) {
        site = shops[i % 7 % 4];
        add(std::to_string(i), {}, i % 3 == 0 ? Phase::review : Phase::launching);
    }
    Filter filter;
    filter.sites = std::vector{shops[0].id, shops[2].id, shops[3].id};
    filter.limit = 4;
    auto all = read([&](db::Tx& tx) { return tx.select<Order>("FROM orders ORDER BY id DESC"); });
    auto expect_pages = [&](Filter of, const char* status) {
        std::vector<std::int64_t> wanted, ids;
        for (const auto& one : all)
            if (one.site_id != shops[1].id && (!status || one.status == status)) wanted.push_back(one.id.value);
        for (bool more = true; more;) {
            auto page = read([&](db::Tx& tx) { return list_orders(tx, of); });
            more = std::ssize(page) > of.limit;
            if (more) page.pop_back();
            for (const auto& one : page) ids.push_back(one.id.value);
            of.before_id = ids.back();
        }
        EXPECT_EQ(ids, wanted);
        EXPECT_EQ(counted(of), std::ssize(wanted));
        EXPECT_GT(ids.size(), 4u);
    };
    auto by_status = filter, by_phase = filter, by_phases = filter;
    by_status.statuses = {"launching"};
    by_phase.phases = {Phase::launching};
    by_phases.phases = {Phase::review, Phase::launching, Phase::uncertain};
    expect_pages(by_status, "launching");
    expect_pages(by_phase, "launching");
    expect_pages(by_phases, nullptr);
}

}  // namespace
}  // namespace smg::orders
