#include "audit/audit_log.hpp"

#include <gmock/gmock.h>

#include "db/testing.hpp"

namespace smg::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Time now = *from_stored("2026-11-25 17:00:00.000");
const Actor olena{"person", "Олена", UserId{7}, "192.0.2.1"};

class AuditLog : public db::OnBothDatabases {
protected:
    void add(const Actor& actor, std::string_view action, std::string_view subject, std::string_view detail = {})
    {
        db().write_now(
            [&](db::Tx& tx) -> Result<void> { return note(tx, now, actor, action, subject, detail), Result<void>{}; });
    }
    void execute(std::string_view sql)
    {
        db().write_now([&](db::Tx& tx) -> Result<void> { return tx.execute(sql), Result<void>{}; });
    }
    std::vector<std::string> broken()
    {
        return db().read_now([](db::Tx& tx) { return broken_links(tx); });
    }
    std::vector<Entry> all(const Filter& filter = {})
    {
        return db().read_now([&](db::Tx& tx) { return entries(tx, filter); });
    }
    void add_three()
    {
        add(olena, "user.add", "user 8");
        add({"command", "command line"}, "setting.set", "telegram.token");
        add(olena, "order.approve", "order 5", "версія 3");
    }
};
INSTANTIATE_TEST_SUITE_P(databases, AuditLog, db::both_databases(), db::dialect_name);

TEST_P(AuditLog, keeps_who_did_what_and_from_where)
{
    add_three();
    auto lines = all();
    ASSERT_THAT(lines, SizeIs(3));
    EXPECT_EQ(lines[0].actor, "Олена");
    EXPECT_EQ(lines[0].user_id, UserId{7});
    EXPECT_EQ(lines[0].ip, "192.0.2.1");
    EXPECT_EQ(lines[0].detail, "версія 3");
    EXPECT_EQ(lines[1].actor_kind, "command");
    EXPECT_EQ(lines[1].user_id, std::nullopt);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(AuditLog, is_found_by_action_and_person_page_by_page)
{
    add_three();
    EXPECT_THAT(all({.action = "order"}), SizeIs(1));
    EXPECT_THAT(all({.action = "user.add"}), SizeIs(1));
    EXPECT_THAT(all({.action = "use"}), IsEmpty());
    EXPECT_THAT(all({.user = UserId{7}}), SizeIs(2));
    auto first = all({.limit = 1});
    ASSERT_THAT(first, SizeIs(2)) << "one more says that there is more";
    EXPECT_THAT(all({.before_id = first[0].id}), SizeIs(2));
}

TEST_P(AuditLog, is_found_by_words_wherever_they_stand)
{
    add_three();
    EXPECT_THAT(all({.text = "TELEGRAM"}), SizeIs(1)) << "in the subject";
    EXPECT_THAT(all({.text = "192.0.2.1"}), SizeIs(2)) << "in the address";
    EXPECT_THAT(all({.text = "версія"}), SizeIs(1)) << "in the detail";
    EXPECT_THAT(all({.text = "add"}), SizeIs(1)) << "in the action";
    EXPECT_THAT(all({.text = "%"}), IsEmpty()) << "it is text, and no pattern";
    EXPECT_THAT(all({.user = UserId{7}, .text = "telegram"}), IsEmpty()) << "all that is asked must be so";
}

TEST_P(AuditLog, cuts_what_is_too_long)
{
    const std::string text(3000, 'x');
    add({"person", text, {}, text}, "a", text, text);
    EXPECT_THAT(broken(), IsEmpty());
    EXPECT_EQ(all().at(0).detail->size(), 1000u);
}

// The controls: whoever meddles with it is seen.
TEST_P(AuditLog, control_a_changed_line_is_found)
{
    add_three();
    execute("UPDATE audit_log SET actor = 'nobody' WHERE action = 'user.add'");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("was changed")));
}

TEST_P(AuditLog, control_a_line_taken_out_is_found)
{
    add_three();
    execute("DELETE FROM audit_log WHERE action = 'setting.set'");
    EXPECT_THAT(broken(), Not(IsEmpty()));
}

TEST_P(AuditLog, control_the_last_line_taken_away_is_found)
{
    add_three();
    execute("DELETE FROM audit_log WHERE action = 'order.approve'");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("2 lines are there, 3 were written")));
}

TEST_P(AuditLog, lines_from_before_the_chain_are_no_fault)
{
    execute(
        "INSERT INTO audit_log (at, actor_kind, actor, action, subject) VALUES ('2026-01-01 00:00:00.000', 'person', 'x', "
        "'a', 'b')");
    add_three();
    EXPECT_THAT(broken(), IsEmpty());
    EXPECT_THAT(all(), SizeIs(4));
}

}  // namespace
}  // namespace smg::audit
