#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/program.hpp"

namespace smg::test {

/// `smgcrm simulate supplier`. Orders there come to their end within a second.
class Supplier {
public:
    /// `options` are added to the command line.
    explicit Supplier(const std::vector<std::string>& options = {}, const std::string& listen = "127.0.0.1:0");

    std::string api() { return program_.url("/api/v2"); }
    Program& program() { return program_; }

    /// Every `add` it took, the first one first.
    json::array ledger();
    /// How many of them were for this link.
    int adds_for(std::string_view link);

    /// POST /control, e.g. {"scenario": "html"}.
    void change(const json::value& to);

private:
    Program program_;
};

/// `smgcrm simulate wordpress`: a shop with the plugin.
class WordPress {
public:
    /// It has the site's token; `options` are added to the command line.
    explicit WordPress(const std::string& token, const std::vector<std::string>& options = {},
                       const std::string& listen = "127.0.0.1:0");

    std::string url() { return program_.url(); }
    Program& program() { return program_; }

    /// What became of its wallets, oldest first.
    json::array ledger();
    /// The webhooks that came with a right signature.
    json::array events();

    /// POST /control, e.g. {"scenario": "html"}.
    void change(const json::value& to);
    /// An order is paid there, and does not reach the program.
    void pay(const json::value& order);

private:
    Program program_;
};

/// `smgcrm simulate telegram`.
class Telegram {
public:
    Telegram();

    std::string api() { return program_.url(); }
    /// A message that reached its chat holds all these words.
    bool heard(const std::vector<std::string>& words);
    Program& program() { return program_; }

private:
    Program program_;
};

}  // namespace smg::test
