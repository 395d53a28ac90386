#include "app/config.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <map>
#include <set>

#include "support/temp_dir.hpp"

namespace smg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Given = std::map<std::string, std::string>;

// The variables of this test alone: what the developer's own shell has set must not decide it.
class ConfigTest : public testing::Test {
protected:
    void SetUp() override
    {
        for (const auto& row : config_rows()) {
            std::string name(row.env);
            if (auto value = ::getenv(name.c_str())) before_[name] = value;
            ::unsetenv(name.c_str());
        }
    }

    void TearDown() override
    {
        for (const auto& row : config_rows()) ::unsetenv(std::string(row.env).c_str());
        for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
    }

    std::string file(std::string_view text)
    {
        auto path = directory_ / "smgcrm.toml";
        test::write_file(path, text);
        return path.string();
    }

    static std::string problem(const Given& command_line, const std::string& file = "")
    {
        auto config = load_config(command_line, file);
        return config ? "" : config.error().message;
    }

private:
    Given before_;
    test::TempDir directory_;
};

TEST_F(ConfigTest, begins_with_defaults_that_fit)
{
    auto config = load_config({}, "");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->listen, "127.0.0.1:8080");
    EXPECT_EQ(config->token_rate, 200);
    EXPECT_EQ(config->connections_per_ip, 64);
    EXPECT_THAT(config->roles, ElementsAre("web", "realtime", "worker", "scheduler"));
    EXPECT_EQ(config->database_url(), "sqlite:data/smgcrm.db");
    EXPECT_EQ(config->master_key_file(), "data/master.key");
    EXPECT_FALSE(config->log_files);
}

TEST_F(ConfigTest, takes_the_command_line_over_the_environment_over_the_file)
{
    auto toml = file("listen = \"127.0.0.1:1\"\ntoken_rate = 11\nconnections = 12\nlog_files = true\n");
    ::setenv("SMGCRM_TOKEN_RATE", "21", 1);
    ::setenv("SMGCRM_CONNECTIONS", "22", 1);
    auto config = load_config({{"connections", "32"}}, toml);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->listen, "127.0.0.1:1");
    EXPECT_EQ(config->token_rate, 21);
    EXPECT_EQ(config->connections, 32);
    EXPECT_TRUE(config->log_files);
    EXPECT_EQ(config->connections_per_ip, 64);
}

struct Bad {
    std::string key, value, why;
};

TEST_F(ConfigTest, names_the_source_and_the_key_of_each_bad_value)
{
    const std::vector<Bad> bad{
        {"data", "", "must name a directory"},
        {"database", "postgres://x", ""},
        {"roles", "web,cook", "knows no role `cook`"},
        {"roles", " , ", "must name at least one"},
        {"log_level", "loud", "must be debug, info, warning or error"},
        {"log_files", "yes", "must be 1 or 0"},
        {"token_rate", "0", "must be a whole number from 1 to 1000000"},
        {"token_rate", "12x", "must be a whole number"},
        {"token_rate", " 12", "must be a whole number"},
        {"token_rate", "", "must be a whole number"},
        {"token_rate", "-1", "must be a whole number"},
        {"token_rate", "99999999999", "must be a whole number"},
        {"header_bytes", "1023", "must be a whole number from 1024 to 1048576"},
        {"sender_threads", "1025", "must be a whole number from 1 to 1024"},
    };
    for (const auto& [key, value, why] : bad) {
        auto said = problem({{key, value}});
        EXPECT_THAT(said, HasSubstr("command line: `" + key + "` ")) << value;
        EXPECT_THAT(said, HasSubstr(why));
    }
    ::setenv("SMGCRM_TOKEN_RATE", "many", 1);
    EXPECT_THAT(problem({}), HasSubstr("SMGCRM_TOKEN_RATE: `token_rate` must be"));
    EXPECT_EQ(problem({{"token_rate", "5"}}), "");  // what is not in force does no harm
    ::unsetenv("SMGCRM_TOKEN_RATE");
    auto toml = file("token_rate = 0\n");
    EXPECT_THAT(problem({}, toml), HasSubstr(toml + ": `token_rate` must be"));
}

TEST_F(ConfigTest, every_number_of_the_table_knows_its_limits)
{
    for (const auto& row : config_rows()) {
        Config config;
        EXPECT_EQ(row.set(config, std::string(row.fallback)), "") << row.key;
        bool number = !row.fallback.empty() && row.fallback.find_first_not_of("0123456789") == std::string_view::npos;
        if (!number || row.key == "log_files") continue;
        for (auto value : {"", "x", "1.5", "-1", "99999999999999999999"})
            EXPECT_NE(row.set(config, value), "") << row.key << " " << value;
    }
}

TEST_F(ConfigTest, refuses_a_file_it_does_not_understand)
{
    EXPECT_THAT(problem({}, file("token_rates = 5\n")), HasSubstr("nobody knows the key `token_rates`"));
    EXPECT_THAT(problem({}, file("[server]\nlisten = \"x\"\n")), HasSubstr("nobody knows the key `server`"));
    EXPECT_THAT(problem({}, file("token_rate = 1.5\n")),
                HasSubstr("`token_rate` must be a text, a whole number or true/false"));
    EXPECT_THAT(problem({}, file("token_rate = [5]\n")), HasSubstr("`token_rate` must be"));
    EXPECT_THAT(problem({}, file("listen = \"a\"\nlisten = \"b\"\n")), HasSubstr("(line 2)"));
    EXPECT_THAT(problem({}, file("listen = \n")), HasSubstr("smgcrm.toml"));
    EXPECT_NE(problem({}, "/nowhere/at/all.toml"), "");
}

TEST_F(ConfigTest, keeps_the_databases_password_out_of_its_errors)
{
    for (auto url : {"mysql://user:hunter2-secret@host:0/db", "mysql://user:hunter2-secret@host",
                     "mysqli://user:hunter2-secret@host/db"}) {
        auto said = problem({{"database", url}});
        EXPECT_NE(said, "") << url;
        EXPECT_THAT(said, Not(HasSubstr("hunter2")));
    }
    auto good = load_config({{"database", "mysql://user:hunter2-secret@host/db"}}, "");
    ASSERT_TRUE(good);
    EXPECT_THAT(good->database_url(), HasSubstr("hunter2"));
    std::vector<std::string_view> secrets;
    for (const auto& row : config_rows())
        if (row.secret) secrets.push_back(row.key);
    EXPECT_THAT(secrets, ElementsAre("database", "realtime_secret", "realtime_apps", "realtime_outside_secret"));
}

TEST_F(ConfigTest, its_sample_file_is_read_and_changes_nothing)
{
    auto sample = sample_config();
    EXPECT_TRUE(load_config({}, file(sample)));
    std::string live;
    for (std::size_t at = 0; at < sample.size();) {  // each `# key = "value"` without its mark
        auto line = sample.substr(at, sample.find('\n', at) - at);
        at += line.size() + 1;
        if (line.starts_with("# ") && line.find(" = \"") != std::string::npos) live += line.substr(2) + "\n";
    }
    auto config = load_config({}, file(live));
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->listen, "127.0.0.1:8080");
    EXPECT_EQ(std::ranges::count(live, '\n'), std::ssize(config_rows()));
}

TEST_F(ConfigTest, keys_and_variables_are_unique_and_alike)
{
    std::set<std::string> names;
    for (const auto& row : config_rows()) {
        std::string env = "SMGCRM_";
        for (char c : row.key) env += static_cast<char>(std::toupper(c));
        EXPECT_EQ(row.env, env);
        EXPECT_TRUE(names.insert(env).second);
        EXPECT_TRUE(row.help.ends_with('.')) << row.key;
    }
}

TEST_F(ConfigTest, knows_its_roles)
{
    auto config = load_config({{"roles", " worker , scheduler"}}, "");
    ASSERT_TRUE(config);
    EXPECT_TRUE(config->has_role("worker") && config->has_role("scheduler"));
    EXPECT_FALSE(config->has_role("web"));
    EXPECT_FALSE(config->has_role(""));
}

}  // namespace
}  // namespace smg
