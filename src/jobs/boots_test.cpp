#include "jobs/boots.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"

namespace smg::jobs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const Time start = *from_stored("2026-11-22 17:00:00.000");
const Boot own{"own", "here", "host", 1, "1.0"};

class Boots : public db::OnBothDatabases {
protected:
    void boot(const std::string& id, const std::string& node)
    {
        write([&](db::Tx& tx) { register_boot(tx, start, {id, node, std::string(300, 'h'), 1, "1.0"}); });
    }

    template <class F>
    void write(F work)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return work(tx), Result<void>{}; });
    }

    std::vector<std::string> live(Time now)
    {
        return db().read_now([&](db::Tx& tx) { return live_boots(tx, own, now - boot_silence); });
    }
};

INSTANTIATE_TEST_SUITE_P(databases, Boots, db::both_databases(), db::dialect_name);

TEST_P(Boots, are_over_after_a_silence)
{
    boot("own", "here");
    boot("there", "there");
    EXPECT_THAT(live(start + boot_silence), UnorderedElementsAre("own", "there"));
    EXPECT_THAT(live(start + boot_silence + 1ms), ElementsAre("own"));
    write([](db::Tx& tx) { renew_boot(tx, start + 60s, "there"); });
    EXPECT_THAT(live(start + boot_silence + 1ms), UnorderedElementsAre("own", "there"));
}

TEST_P(Boots, that_run_are_shown_to_people)
{
    boot("own", "here");
    boot("there", "there");
    boot("ended", "elsewhere");
    write([](db::Tx& tx) { end_boot(tx, start, "ended"); });
    write([](db::Tx& tx) { renew_boot(tx, start + 60s, "there"); });
    auto nodes = [&](Time now) {
        std::vector<std::string> ids;
        for (const auto& one : db().read_now([&](db::Tx& tx) { return running_boots(tx, now); })) ids.push_back(one.node_id);
        return ids;
    };
    EXPECT_THAT(nodes(start), UnorderedElementsAre("here", "there"));
    EXPECT_THAT(nodes(start + boot_silence + 1ms), ElementsAre("there"));
}

TEST_P(Boots, of_our_own_node_are_over_at_once)
{
    boot("own", "here");
    boot("earlier", "here");
    boot("there", "there");
    EXPECT_THAT(db().read_now([](db::Tx& tx) { return live_boots(tx, own, Time{}); }), UnorderedElementsAre("own", "there"))
        << "and nobody else, while silence is not judged";
}

TEST_P(Boots, that_ended_or_have_no_row_are_over_but_for_our_own)
{
    EXPECT_THAT(live(start), ElementsAre("own"));
    boot("there", "there");
    write([](db::Tx& tx) { end_boot(tx, start, "there"); });
    EXPECT_THAT(live(start), ElementsAre("own"));
    boot("own", "here");
    write([](db::Tx& tx) { end_boot(tx, start, "own"); });
    EXPECT_THAT(live(start), ElementsAre("own")) << "others gave us up too early";
}

TEST_P(Boots, that_are_over_are_written_down_as_that)
{
    for (auto id : {"own", "there", "silent", "more"}) boot(id, id);
    write([](db::Tx& tx) { end_others(tx, start + 1s, {"own", "there", "more"}); });
    auto ended = db().read_now(
        [](db::Tx& tx) { return tx.query<std::string>("SELECT boot_id FROM boots WHERE ended_at IS NOT NULL"); });
    EXPECT_THAT(ended, ElementsAre("silent"));
}

TEST_P(Boots, given_up_for_dead_too_early_live_again_with_their_next_renewal)
{
    boot("there", "there");
    write([](db::Tx& tx) { end_boot(tx, start, "there"); });
    write([](db::Tx& tx) { renew_boot(tx, start + 10s, "there"); });
    EXPECT_THAT(live(start + 10s), UnorderedElementsAre("own", "there"));
}

TEST_P(Boots, long_ended_are_removed)
{
    boot("old", "there");
    boot("running", "there");
    write([](db::Tx& tx) { end_boot(tx, start, "old"); });
    write([](db::Tx& tx) { prune_boots(tx, start + 1s); });
    auto left = db().read_now([](db::Tx& tx) { return tx.query<std::string>("SELECT boot_id FROM boots"); });
    EXPECT_THAT(left, ElementsAre("running"));
}

}  // namespace
}  // namespace smg::jobs
