#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "db/database.hpp"
#include "db/migrate.hpp"

// For tests only: a fresh database with the whole schema, so that one suite of tests runs on both databases:
//
//     class JobStore : public db::OnBothDatabases {};
//     INSTANTIATE_TEST_SUITE_P(databases, JobStore, db::both_databases(), db::dialect_name);
//     TEST_P(JobStore, enqueues_once) { db().write_now(…); }
namespace smg::db {

/// Names a server on which the tests may create and drop databases: `mysql://user:password@host:port/any`.
constexpr auto mariadb_variable = "SMGCRM_TEST_MARIADB";

/// The source folder's migrations of one dialect, in the order of use.
inline std::vector<Migration> source_migrations(Dialect dialect)
{
    const std::string ending = dialect == Dialect::sqlite ? ".sqlite.sql" : ".mariadb.sql";
    std::vector<Migration> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path() / "../../migrations")) {
        auto name = entry.path().filename().string();
        if (!name.ends_with(ending)) continue;
        std::ifstream file(entry.path());
        found.push_back(
            {name.substr(0, name.size() - ending.size()), std::string(std::istreambuf_iterator<char>(file), {})});
    }
    std::ranges::sort(found, {}, &Migration::name);
    return found;
}

/// Empty, migrated, of its own, and gone with this object. Throws when it cannot be made.
class TestDatabase {
public:
    explicit TestDatabase(Dialect dialect, const Options& options = {})
        : url_(dialect == Dialect::sqlite ? file() : schema())
    {
        if (dialect == Dialect::sqlite) std::filesystem::copy_file(migrated_file(), url_.path);
        else with_schema(url_);
        db_ = opened(url_, options);
    }

    ~TestDatabase()
    {
        db_.reset();
        std::error_code ignored;
        if (url_.dialect == Dialect::sqlite)
            std::filesystem::remove_all(std::filesystem::path(url_.path).parent_path(), ignored);
        else drop();
    }

    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    /// SQLite always; MariaDB when the environment names a server.
    static bool offered(Dialect dialect) { return dialect == Dialect::sqlite || std::getenv(mariadb_variable); }

    Database& operator*() const { return *db_; }
    Database* operator->() const { return db_.get(); }
    const Url& url() const { return url_; }  // to open it a second time, as another process would

private:
    static std::unique_ptr<Database> opened(const Url& url, const Options& options)
    {
        auto db = Database::open(url, options);
        if (!db) throw std::runtime_error(db.error().message);
        return std::move(*db);
    }

    // MariaDB's DDL ends the transaction, so a migration cannot be run twice in it as `rerun_one_in` asks.
    static void with_schema(const Url& url)
    {
        if (auto done = migrate(*opened(url, {}), source_migrations(url.dialect)); !done)
            throw std::runtime_error(done.error().message);
    }

    /// Migrated once for all tests of the program: each statement is a commit, and there are hundreds.
    static const std::filesystem::path& migrated_file()
    {
        struct Made {
            Url url = file();
            std::filesystem::path path = url.path;
            Made() { with_schema(url); }
            ~Made()
            {
                std::error_code ignored;
                std::filesystem::remove_all(path.parent_path(), ignored);
            }
        };
        static const Made made;
        return made.path;
    }

    static std::string fresh_name()
    {
        auto name = "smgcrm_test_" + random_uuid();
        std::ranges::replace(name, '-', '_');
        return name;
    }

    static Url file()
    {
        auto folder = std::filesystem::temp_directory_path() / fresh_name();
        std::filesystem::create_directory(folder);
        return Url::parse("sqlite:" + (folder / "test.db").string()).value();
    }

    static Url schema()
    {
        auto url = server();
        url.name = fresh_name();
        administer("CREATE DATABASE `" + url.name + "` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        return url;
    }

    static Url server()
    {
        auto text = std::getenv(mariadb_variable);
        auto url = Url::parse(text ? text : "");
        if (!url) throw std::runtime_error(std::string(mariadb_variable) + ": " + url.error().message);
        url->name = "information_schema";  // always there
        return *url;
    }

    static void administer(const std::string& sql)
    {
        Options one;
        one.pool = one.readers = 1;
        opened(server(), one)->write_now([&](Tx& tx) { return tx.execute(sql); });
    }

    // What is left over goes with its server; what the test found out must not go with an exception.
    void drop() noexcept
    {
        try {
            administer("DROP DATABASE `" + url_.name + "`");
        } catch (const std::exception& e) {
            std::cerr << "not dropped: " << e.what() << '\n';
        }
    }

    Url url_;
    std::unique_ptr<Database> db_;
};

inline auto both_databases() { return testing::Values(Dialect::sqlite, Dialect::mariadb); }

inline std::string dialect_name(const testing::TestParamInfo<Dialect>& info)
{
    return info.param == Dialect::sqlite ? "sqlite" : "mariadb";
}

/// A fixture whose tests run once on each database, each test on a fresh one. What is not offered is skipped.
class OnBothDatabases : public testing::TestWithParam<Dialect> {
protected:
    void SetUp() override
    {
        if (!TestDatabase::offered(GetParam())) GTEST_SKIP() << "set " << mariadb_variable << " to run this on MariaDB";
        Options options;
        options.rerun_one_in = 3;  // closures may run again: let some of them
        database_.emplace(GetParam(), options);
    }

    /// The database's threads end before what a test of its own members lent them; who overrides this calls it last.
    void TearDown() override { database_.reset(); }

    Database& db() { return **database_; }
    const Url& url() const { return database_->url(); }

private:
    std::optional<TestDatabase> database_;
};

}  // namespace smg::db
