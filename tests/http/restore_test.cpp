#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "http/place.hpp"
#include "support/mariadb.hpp"

namespace smg::test {
namespace {

struct Way {
    On from, to;
    int times;
};

class Restore : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Ways, Restore,
                         testing::Values(Way{On::sqlite, On::sqlite, 8}, Way{On::mariadb, On::mariadb, 4},
                                         Way{On::sqlite, On::mariadb, 4}, Way{On::mariadb, On::sqlite, 4}),
                         [](const auto& info) {
                             auto name = [](On on) { return std::string(on == On::sqlite ? "sqlite" : "mariadb"); };
                             return name(info.param.from) + "_to_" + name(info.param.to);
                         });

// Its orders wait for no other reason than that this server does not send.
const Installation::Options takes_only{.environment = {{"SMGCRM_ROLES", "web"}}};

Reply approve(Place& place, const std::string& token, std::int64_t id)
{
    auto path = fmt::format("/api/v1/orders/{}", id);
    auto order = get(place.url(path), token);
    return post(place.url(path + "/decisions"), token,
                json::object{{"kind", "approve"}, {"version", order.number("data.version")}});
}

std::string phase_at(Place& place, const std::string& token, std::int64_t id)
{
    return get(place.url(fmt::format("/api/v1/orders/{}", id)), token).text("data.phase");
}

void restore_and_release(Installation& crm, const std::filesystem::path& file, On to, int round)
{
    Place place(to);
    place.take_key_of(crm);
    auto restored = place.command({"restore", "--from", file.string()});
    ASSERT_EQ(restored.exit, (Exit{0, 0})) << restored.err;
    EXPECT_EQ(text_at(*json::parse(restored.out), "held"), "2");
    EXPECT_EQ(place.command({"check"}).out, "nothing is wrong\n");
    auto adds = [&](const char* number) { return crm.supplier().adds_for(link_of(number)); };
    auto before = adds("1");
    place.serve();
    // A new order goes its way, so the workers work; those of the backup do not.
    auto fresh = order_of(fmt::format("fresh-{}", round));
    auto taken = post(place.url("/api/v1/createOrder"), crm.shop(), fresh);
    ASSERT_EQ(taken.status(), 200) << taken.http.body;
    ASSERT_TRUE(eventually([&] { return phase_at(place, crm.manager(), taken.number("order_id")) == "completed"; }));
    EXPECT_EQ(phase_at(place, crm.manager(), 1), "review");
    EXPECT_EQ(phase_at(place, crm.manager(), 2), "review");
    EXPECT_EQ(adds("1"), before);
    EXPECT_EQ(adds("2"), 0);
    EXPECT_EQ(approve(place, crm.manager(), 1).status(), 200);
    ASSERT_TRUE(eventually([&] { return phase_at(place, crm.manager(), 1) == "completed"; }));
    EXPECT_EQ(adds("1"), before + 1);
    EXPECT_EQ(adds("2"), 0);
    place.kill();
}

TEST_P(Restore, sends_nothing_that_waited_until_a_person_releases_it_and_then_once)
{
    Installation crm(GetParam().from, takes_only);
    for (auto number : {"1", "2"}) crm.order(order_of(number));
    TempDir folder;
    back_up(crm, folder / "f");
    crm.kill();
    for (int round = 0; round < GetParam().times && !HasFailure(); ++round)
        restore_and_release(crm, folder / "f", GetParam().to, round);
}

// The control: what keeps those orders back is the restore, and nothing else.
TEST(RestoreControl, the_same_orders_are_sent_when_their_data_is_served_as_it_is)
{
    Installation crm(On::sqlite, takes_only);
    crm.order(order_of("1"));
    crm.kill();
    Program served(smgcrm_binary(), {{"serve", "--listen", "127.0.0.1:0", "--data", crm.data().string()}, {}});
    EXPECT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
}

TEST_P(Restore, makes_what_was_being_sent_uncertain)
{
    Installation crm(GetParam().from, {.settings = {{"sending.timeout_s", "20"}}, .supplier = {"--latency-ms", "10000"}});
    auto id = crm.order(order_of("1"));
    ASSERT_TRUE(crm.becomes(id, "sending"));
    ASSERT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
    TempDir folder;
    back_up(crm, folder / "f");
    crm.kill();
    Place place(GetParam().to);
    place.take_key_of(crm);
    ASSERT_EQ(place.command({"restore", "--from", (folder / "f").string()}).exit, (Exit{0, 0}));
    place.serve();
    EXPECT_TRUE(eventually([&] { return phase_at(place, crm.manager(), id) == "uncertain"; }));
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

// What the backup takes for unsent was sent since; the send journal, which stays in its directory, knows it.
TEST(RestoreInPlace, takes_from_the_send_journal_what_was_sent_since)
{
    Installation crm(On::sqlite, takes_only);
    crm.order(order_of("1"));
    TempDir folder;
    back_up(crm, folder / "f");
    crm.stop();
    {
        Program served(smgcrm_binary(), {{"serve", "--listen", "127.0.0.1:0", "--data", crm.data().string()}, {}});
        ASSERT_TRUE(eventually([&] { return crm.supplier().adds_for(link_of("1")) == 1; }));
        served.kill();
        served.wait();
    }
    ASSERT_EQ(crm.command({"restore", "--force", "--from", (folder / "f").string()}).exit, (Exit{0, 0}));
    Program served(smgcrm_binary(), {{"serve", "--listen", "127.0.0.1:0", "--data", crm.data().string()}, {}});
    auto order = [&] { return get(served.url("/api/v1/orders/1"), crm.manager()); };
    EXPECT_TRUE(eventually([&] {
        auto phase = order().text("data.phase");
        return phase == "completed" || phase == "executing" || phase == "uncertain";
    })) << order().http.body;
    EXPECT_EQ(crm.supplier().adds_for(link_of("1")), 1);
}

class RestoreRefusal : public testing::Test {
protected:
    RestoreRefusal() { back_up(crm, file); }

    // Words that it says, and that nothing has changed.
    void refused(Place& place, std::vector<std::string> words, const std::string& says, const std::string& input = {})
    {
        auto before = listing(place);
        auto finished = place.command(std::move(words), input);
        EXPECT_EQ(finished.exit, (Exit{1, 0})) << finished.out;
        EXPECT_EQ(finished.out, "");
        EXPECT_EQ(std::ranges::count(finished.err, '\n'), 1) << finished.err;
        EXPECT_TRUE(finished.err.contains(says)) << finished.err;
        EXPECT_EQ(listing(place), before);
    }

    static std::string listing(const Place& place)
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(place.data()))
            if (entry.path().filename() != "lock")
                names.push_back(fmt::format("{} {}\n", entry.path().filename().string(), read_file(entry.path())));
        std::ranges::sort(names);
        std::string all;
        for (const auto& name : names) all += name;
        return all;
    }

    Installation crm{On::sqlite};
    TempDir folder;
    std::filesystem::path file = folder / "f";
};

TEST_F(RestoreRefusal, of_a_file_that_is_not_whole)
{
    Place place(On::sqlite);
    place.take_key_of(crm);
    auto good = read_file(file);
    auto bad = folder / "bad";
    std::vector<std::string> words{"restore", "--from", bad};
    refused(place, words, "No such file");
    write_file(bad, good.substr(0, good.size() / 2));
    refused(place, words, "cut");
    auto flipped = good;
    flipped[good.size() / 2] ^= 1;
    write_file(bad, flipped);
    refused(place, words, "cannot be used");
    write_file(bad, "{\"smgcrm_backup\":2,\"new\":1}\n");
    refused(place, words, "newer version");
    auto later = good;
    later.replace(later.find("0001_seed"), 9, "9001_seed");
    write_file(bad, later);
    refused(place, words, "checksum");
    write_file(bad, "");
    refused(place, words, "empty");
}

TEST_F(RestoreRefusal, without_the_right_key)
{
    Place place(On::sqlite);
    std::vector<std::string> plain{"restore", "--from", file};
    refused(place, plain, "the master key is missing");
    auto with_passphrase = plain;
    with_passphrase.emplace_back("--passphrase-stdin");
    refused(place, with_passphrase, "carries no master key", "correct horse battery");
    write_file(place / "master.key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
    refused(place, plain, "is not the one this backup was made with");
    auto carried = folder / "carried";
    ASSERT_EQ(crm.command({"backup", "--to", carried, "--passphrase-stdin"}, "correct horse battery\n").exit, (Exit{0, 0}));
    EXPECT_EQ(crm.command({"backup", "--to", folder / "g", "--passphrase-stdin"}, "short\n").exit, (Exit{1, 0}));
    refused(place, {"restore", "--from", carried, "--passphrase-stdin"}, "not the passphrase", "correct horse batterY");
    auto restored = place.command({"restore", "--from", carried, "--passphrase-stdin"}, "correct horse battery");
    EXPECT_EQ(restored.exit, (Exit{0, 0})) << restored.err;
    EXPECT_EQ(read_file(place / "master.key"), read_file(crm.data() / "master.key"));
    EXPECT_EQ(place.command({"check"}).out, "nothing is wrong\n");
}

TEST_F(RestoreRefusal, of_a_directory_that_is_served_or_holds_something)
{
    EXPECT_TRUE(crm.command({"restore", "--from", file, "--force"}).err.contains("stop it first"));
    Place place(On::sqlite);
    place.take_key_of(crm);
    ASSERT_EQ(place.command({"restore", "--from", file}).exit, (Exit{0, 0}));
    refused(place, {"restore", "--from", file}, "holds something already");
    auto forced = place.command({"restore", "--from", file, "--force"});
    ASSERT_EQ(forced.exit, (Exit{0, 0})) << forced.err;
    auto kept = text_at(*json::parse(forced.out), "kept");
    EXPECT_TRUE(std::filesystem::exists(kept)) << kept;
}

TEST_F(RestoreRefusal, to_serve_what_a_restore_left_unfinished)
{
    Place place(On::sqlite);
    place.take_key_of(crm);
    write_file(place / "restore.unfinished", "");
    refused(place, {"serve", "--listen", "127.0.0.1:0"}, "did not end");
    refused(place, {"token", "add", "--role", "admin", "--name", "n"}, "did not end");
    ASSERT_EQ(place.command({"restore", "--from", file}).exit, (Exit{0, 0}));
    EXPECT_EQ(place.command({"token", "add", "--role", "admin", "--name", "n"}).exit, (Exit{0, 0}));
}

TEST(RestoreMariaDb, that_was_cut_short_cannot_be_served_and_can_be_repeated)
{
    Installation crm(On::mariadb);
    TempDir folder;
    auto file = folder / "f";
    crm.order(order_of("1"));
    back_up(crm, file);
    Place place(On::mariadb);
    place.take_key_of(crm);
    ASSERT_EQ(place.command({"restore", "--from", file}).exit, (Exit{0, 0}));
    auto name = place.data().filename().string();
    shared_mariadb().execute(fmt::format("CREATE TABLE `{}`.unfinished_restore (id BIGINT PRIMARY KEY)", name));
    auto refused = place.command({"serve", "--listen", "127.0.0.1:0"});
    EXPECT_EQ(refused.exit, (Exit{1, 0}));
    EXPECT_TRUE(refused.err.contains("did not end")) << refused.err;
    ASSERT_EQ(place.command({"restore", "--from", file}).exit, (Exit{0, 0})) << "what is half there need not be kept";
    EXPECT_EQ(place.command({"check"}).out, "nothing is wrong\n");
    auto forced = place.command({"restore", "--from", file, "--force"});
    ASSERT_EQ(forced.exit, (Exit{0, 0})) << forced.err;
    EXPECT_TRUE(read_file(text_at(*json::parse(forced.out), "kept")).starts_with("{\"smgcrm_backup\":1")) << forced.out;
}

TEST(RestoreMariaDb, is_refused_while_another_node_works_on_the_database)
{
    Installation crm(On::mariadb);
    TempDir folder;
    auto file = folder / "f";
    back_up(crm, file);
    Place other(On::mariadb);  // its own directory …
    other.take_key_of(crm);
    auto words =
        std::vector<std::string>{"restore", "--force", "--from", file, "--database", crm.database().at("SMGCRM_DATABASE")};
    auto refused = other.command(words);  // … on the database that is served
    EXPECT_EQ(refused.exit, (Exit{1, 0}));
    EXPECT_TRUE(refused.err.contains("stop all nodes first")) << refused.err;
    crm.stop();
    auto done = other.command(words);
    EXPECT_EQ(done.exit, (Exit{0, 0})) << done.err;
}

}  // namespace
}  // namespace smg::test
