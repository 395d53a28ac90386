#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "http/installation.hpp"

namespace smg::test {

/// A file that turns the clocks of all programs that are given it (SMGCRM_TEST_CLOCK_SHIFT).
class Shift {
public:
    Shift();
    std::pair<std::string, std::string> variable() const;
    void by(std::chrono::milliseconds more);

private:
    TempDir folder_;
    std::int64_t milliseconds_ = 0;
    void write() const;
};

/// Another node of an installation on MariaDB: the same database and master key, its own data directory.
class Node {
public:
    Node(Installation& of, std::map<std::string, std::string> environment);

    Program& program() { return *program_; }
    Reply get(const std::string& path) { return test::get(program_->url(path), token_); }
    Reply order(std::int64_t id);
    std::string phase(std::int64_t id) { return order(id).text("data.phase"); }
    /// As a manager, on the version that the order has now.
    Reply decide(std::int64_t id, std::string_view kind, json::object more = {});

private:
    TempDir data_;
    std::string token_;
    std::unique_ptr<Program> program_;
};

/// Stopped by SIGSTOP, every thread of it.
bool is_frozen(const Program& program);

}  // namespace smg::test
