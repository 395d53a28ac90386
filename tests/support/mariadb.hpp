#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace smg::test {

/// A MariaDB server of the test's own: its own data directory, 127.0.0.1 only, durable commits as production has them. The
/// data is in memory where there is room: it outlives the server's process as well as a disk does, and tables are made
/// sooner.
class TestMariaDb {
public:
    /// `options` are added to the server's command line. Throws with the server's own words when it does not start.
    explicit TestMariaDb(std::vector<std::string> options = {});

    /// A fresh, empty database of this name and a user who may do anything in it; an older one of the name is dropped.
    /// Gives `mysql://user:password@127.0.0.1:port/name`.
    std::string create_database(const std::string& name);

    /// As the server's root, over its socket. Gives the first column of the last result's rows; throws what the server says.
    std::vector<std::string> execute(const std::string& sql);

    int port() const { return port_; }

    /// How it ended, with its last words, when it did so by itself; nothing while it runs.
    std::optional<std::string> last_words();

    void kill();   // as a power cut does, SIGKILL
    void start();  // again, on the same port and data

private:
    std::string own_tmpdir() const;
    bool try_start();
    bool answers() const;

    TempDir folder_;
    std::vector<std::string> options_;
    int port_ = 0;
    std::unique_ptr<Program> server_;  // last: it ends before its folder goes
};

/// The server that all tests of one program share. Starts when it is first asked for, from the main thread.
TestMariaDb& shared_mariadb();

}  // namespace smg::test
