#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/eventually.hpp"
#include "support/temp_dir.hpp"

namespace smg::test {

/// The product's own binary: SMGCRM_BINARY of the environment, else the one built beside the tests.
std::string smgcrm_binary();

/// How a program ended: its exit code, or the signal that ended it.
struct Exit {
    int code = -1;
    int signal = 0;
    bool operator==(const Exit&) const = default;
};

/// A running program in a directory of its own. It never outlives this object, nor the thread that started it, whatever
/// becomes of the test. When a test has failed, the end of the program's standard error is printed with it.
class Program {
public:
    struct Options {
        std::vector<std::string> arguments = {};
        std::map<std::string, std::string> environment = {};  // added; inherited SMGCRM_… names are dropped
        std::string input = {};                               // standard input
    };

    /// Starts `binary` (a path, or a name looked up in PATH). Throws when it cannot be started.
    Program(const std::string& binary, Options options);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// Waits for the first line `{"listening":"127.0.0.1:PORT"}`. Throws with the program's own words when it does not come.
    int port();
    /// `http://127.0.0.1:PORT` + path
    std::string url(const std::string& path = "");

    /// What it has written so far.
    std::string out() const { return read_file(folder_ / "stdout"); }
    std::string err() const { return read_file(folder_ / "stderr"); }
    /// Waits until these words are in `err()`.
    bool says(std::string_view words) const;
    /// Its working directory, empty at first except for the files `stdin`, `stdout` and `stderr`.
    const std::filesystem::path& folder() const { return folder_.path(); }
    pid_t pid() const { return pid_; }

    bool running();
    /// Nothing when it still runs at the deadline.
    std::optional<Exit> wait(std::chrono::milliseconds deadline = patience);

    void terminate() { signal(15); }  // SIGTERM: a graceful stop
    void kill() { signal(9); }        // SIGKILL: a crash
    void freeze() { signal(19); }     // SIGSTOP: a machine that hangs
    void thaw() { signal(18); }       // SIGCONT
    void signal(int number);

private:
    std::string command_;  // for messages
    TempDir folder_;
    pid_t pid_ = -1;
    std::optional<Exit> exit_;
    int port_ = 0;
};

/// Runs a program to its end, killing it at the deadline.
struct Finished {
    Exit exit;
    std::string out, err;
};
Finished run(const std::string& binary, Program::Options options, std::chrono::milliseconds deadline = patience);

}  // namespace smg::test
