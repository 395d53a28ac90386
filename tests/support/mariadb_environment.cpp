#include <gtest/gtest.h>

#include <cstdlib>

#include "support/mariadb.hpp"

// Compiled into every test program of a module that uses the database, so that what runs on both databases does run on both:
// a MariaDB of the program's own, unless the environment names one.
namespace smg::test {
namespace {

constexpr auto variable = "SMGCRM_TEST_MARIADB";  // db/testing.hpp reads it

class MariaDbForAll : public testing::Environment {
public:
    void SetUp() override
    {
        if (std::getenv(variable) || !wanted()) return;
        // These tests ask what the server answers, not what survives a power cut: without waiting for the disk.
        server_.emplace(std::vector<std::string>{"--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"});
        server_->execute("CREATE USER 'tests'@'127.0.0.1' IDENTIFIED BY 'tests'");
        server_->execute("GRANT ALL ON *.* TO 'tests'@'127.0.0.1'");
        ::setenv(variable, ("mysql://tests:tests@127.0.0.1:" + std::to_string(server_->port()) + "/any").c_str(), 1);
    }

    void TearDown() override
    {
        if (!server_) return;
        if (auto words = server_->last_words()) ADD_FAILURE() << "MariaDB ended before its tests did: " << *words;
        server_.reset();
    }

private:
    // Not for a run of a few tests on SQLite alone.
    static bool wanted()
    {
        const auto& all = *testing::UnitTest::GetInstance();
        for (int i = 0; i < all.total_test_suite_count(); ++i) {
            const auto& suite = *all.GetTestSuite(i);
            for (int j = 0; suite.should_run() && j < suite.total_test_count(); ++j) {
                const auto& test = *suite.GetTestInfo(j);
                if (test.should_run() && std::string_view(test.name()).ends_with("mariadb")) return true;
            }
        }
        return false;
    }

    std::optional<TestMariaDb> server_;
};

const auto* const registered = testing::AddGlobalTestEnvironment(new MariaDbForAll);

}  // namespace
}  // namespace smg::test
