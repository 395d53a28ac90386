#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "http/installation.hpp"
#include "support/mariadb.hpp"

namespace smg::test {
namespace {

using Environment = std::map<std::string, std::string>;

Finished serve(std::vector<std::string> words, const Environment& environment = {})
{
    words.insert(words.begin(), "serve");
    return run(smgcrm_binary(), {std::move(words), environment, {}});
}

// Exit 1, nothing on standard output, and one line that names the thing.
void expect_one_line(const Finished& finished, const std::string& names)
{
    EXPECT_EQ(finished.exit, (Exit{1, 0})) << names;
    EXPECT_EQ(finished.out, "") << names;
    EXPECT_EQ(std::ranges::count(finished.err, '\n'), 1) << finished.err;
    EXPECT_TRUE(finished.err.contains(names)) << names << ": " << finished.err;
}

TEST(WrongConfiguration, is_one_line_that_names_the_key)
{
    TempDir data;
    struct Row {
        std::string name, value, names;
    };
    const std::vector<Row> rows = {
        {"SMGCRM_ROLES", "cook", "cook"},
        {"SMGCRM_ROLES", ",", "SMGCRM_ROLES"},
        {"SMGCRM_LISTEN", "127.0.0.1:99999", "127.0.0.1:99999"},
        {"SMGCRM_LISTEN", "nowhere", "nowhere"},
        {"SMGCRM_LISTEN", "192.0.2.1:80", "192.0.2.1:80"},  // an address that is not ours
        {"SMGCRM_DATABASE", "postgres://u:secret@h/d", "SMGCRM_DATABASE"},
        {"SMGCRM_TOKEN_RATE", "many", "SMGCRM_TOKEN_RATE"},
        {"SMGCRM_TOKEN_RATE", "0", "SMGCRM_TOKEN_RATE"},
        {"SMGCRM_TRUSTED_PROXIES", "10.0.0.0/99", "10.0.0.0/99"},
        {"SMGCRM_LOG_LEVEL", "loud", "SMGCRM_LOG_LEVEL"},
        {"SMGCRM_REALTIME_OUTSIDE_HOST", "rt.example", "realtime_outside_app_id"},
        {"SMGCRM_REALTIME_OUTSIDE_SECRET", "a-secret", "realtime_outside_host"},
        {"SMGCRM_REALTIME_OUTSIDE_PORT", "0", "SMGCRM_REALTIME_OUTSIDE_PORT"},
    };
    for (const auto& row : rows) {
        auto finished = serve({"--data", (data / "d").string()}, {{row.name, row.value}, {"SMGCRM_LISTEN", "127.0.0.1:0"}});
        expect_one_line(finished, row.names);
        EXPECT_FALSE(finished.err.contains("secret")) << finished.err;
    }
}

TEST(WrongConfiguration, in_the_file_is_named_with_the_file)
{
    TempDir data;
    auto file = data / "smgcrm.toml";
    auto with = [&](const std::string& text) {
        write_file(file, text);
        return serve({"--config", file.string(), "--data", (data / "d").string(), "--listen", "127.0.0.1:0"});
    };
    expect_one_line(with("colour = \"red\"\n"), "colour");
    expect_one_line(with("token_rate = \"many\"\n"), "token_rate");
    expect_one_line(with("token_rate = = 1\n"), "smgcrm.toml");
    expect_one_line(with("roles = [1]\n"), "roles");
    expect_one_line(serve({"--config", (data / "none.toml").string()}), "none.toml");
}

TEST(WrongConfiguration, of_the_data_directory_is_named)
{
    TempDir folder;
    write_file(folder / "file", "");
    expect_one_line(serve({"--data", (folder / "file").string(), "--listen", "127.0.0.1:0"}), (folder / "file").string());
    expect_one_line(serve({"--data", "/proc/smgcrm", "--listen", "127.0.0.1:0"}), "/proc/smgcrm");
    auto long_name = (folder / std::string(120, 'd')).string();
    expect_one_line(serve({"--data", long_name, "--listen", "127.0.0.1:0"}), long_name);
    if (::geteuid() == 0) return;  // root may write everywhere
    std::filesystem::create_directory(folder / "read-only");
    std::filesystem::permissions(folder / "read-only",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    expect_one_line(serve({"--data", (folder / "read-only").string(), "--listen", "127.0.0.1:0"}), "read-only");
}

TEST(WrongConfiguration, of_the_database_is_named_without_its_password)
{
    TempDir data;
    for (auto url : {"mysql://u:hidden@127.0.0.1:1/x", "mysql://u:hidden@host.invalid:3306/x"}) {
        auto finished = serve({"--data", (data / "d").string(), "--listen", "127.0.0.1:0"}, {{"SMGCRM_DATABASE", url}});
        expect_one_line(finished, std::string(url).substr(17));
        EXPECT_FALSE(finished.err.contains("hidden")) << finished.err;
    }
    auto good = shared_mariadb().create_database("wrong_password");
    auto wrong = good.replace(good.find("password@"), 8, "hidden");
    expect_one_line(serve({"--data", (data / "d").string(), "--listen", "127.0.0.1:0"}, {{"SMGCRM_DATABASE", wrong}}),
                    "wrong_password");
}

TEST(WrongConfiguration, of_a_file_that_is_no_database_is_named)
{
    TempDir data;
    write_file(data / "smgcrm.db", std::string(8192, 'x'));
    expect_one_line(serve({"--data", data.path().string(), "--listen", "127.0.0.1:0"}), "smgcrm.db");
}

class WrongKey : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, WrongKey, both_databases(), name_of);

TEST_P(WrongKey, of_another_node_is_refused)
{
    TempDir data;
    Environment environment;
    if (GetParam() == On::mariadb) environment["SMGCRM_DATABASE"] = shared_mariadb().create_database("wrong_key");
    ASSERT_EQ(run(smgcrm_binary(), {{"migrate", "--data", data.path().string()}, environment, {}}).exit, (Exit{0, 0}));
    auto key = data / "master.key";
    auto mode = std::filesystem::status(key).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read);
    std::filesystem::remove(key);
    expect_one_line(serve({"--data", data.path().string(), "--listen", "127.0.0.1:0"}, environment), key.string());
    std::filesystem::remove(key);
    write_file(key, "short");
    expect_one_line(serve({"--data", data.path().string(), "--listen", "127.0.0.1:0"}, environment), key.string());
}

TEST(WrongConfiguration, a_port_in_use_is_named)
{
    Installation crm(On::sqlite);
    TempDir data;
    auto address = fmt::format("127.0.0.1:{}", crm.server().port());
    expect_one_line(serve({"--data", data.path().string(), "--listen", address}), address);
}

TEST(WrongConfiguration, a_database_of_a_newer_version_is_left_alone)
{
    TempDir data;
    Environment environment{{"SMGCRM_DATABASE", shared_mariadb().create_database("newer")}};
    ASSERT_EQ(run(smgcrm_binary(), {{"migrate", "--data", data.path().string()}, environment, {}}).exit, (Exit{0, 0}));
    shared_mariadb().execute(
        "INSERT INTO newer.schema_migrations (name, statements, finished) VALUES ('9999_future', 1, 1)");
    expect_one_line(serve({"--data", data.path().string(), "--listen", "127.0.0.1:0"}, environment), "9999_future");
}

}  // namespace
}  // namespace smg::test
