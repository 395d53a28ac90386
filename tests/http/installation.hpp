#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/reply.hpp"
#include "http/simulators.hpp"
#include "support/program.hpp"

namespace smg::test {

enum class On { sqlite, mariadb };

/// For INSTANTIATE_TEST_SUITE_P: each test on both databases, named after them.
inline auto both_databases() { return testing::Values(On::sqlite, On::mariadb); }
std::string name_of(const testing::TestParamInfo<On>& info);

/// A whole installation of the product: the running server with its data, a simulated supplier mapped to the id 1, a shop.
/// All waiting is scaled down by settings; the server runs every 16th write twice, since any write may have to.
class Installation {
public:
    struct Options {
        std::map<std::string, std::string> environment = {};  // of the server
        std::map<std::string, std::string> settings = {};
        std::vector<std::string> supplier = {};  // of `simulate supplier`
        bool keep_port = false;                  // start() comes back where it was
    };
    explicit Installation(On on) : Installation(on, Options{}) {}
    Installation(On on, Options options);

    Program& server() { return *server_; }
    Supplier& supplier() { return supplier_; }
    std::string url(const std::string& path) { return server_->url(path); }
    const std::filesystem::path& data() const { return data_.path(); }
    const std::map<std::string, std::string>& database() const { return database_; }  // SMGCRM_DATABASE, on MariaDB
    const std::string& supplier_id() const { return supplier_id_; }                   // of `supplier()` in our own tables
    const std::string& shop() const { return shop_; }                                 // a site's token
    const std::string& manager() const { return manager_; }                           // a role's token

    /// Again, on the same data; `more` is added to the server's environment this once.
    void start(const std::map<std::string, std::string>& more = {});
    /// SIGTERM, and how it ended.
    Exit stop();
    void kill();  // as a power cut does

    /// `smgcrm WORDS --data …`, on this installation's data.
    Finished command(std::vector<std::string> words, const std::string& input = {});
    /// Its result; throws when it fails.
    json::value result_of(std::vector<std::string> words);
    void set(const std::map<std::string, std::string>& values);
    std::string add_site(const std::string& url);  // gives its token
    /// Gives the id in our own tables; 1 is what the shops call `supplier()`.
    std::string add_supplier(const std::string& supplier_id, const std::string& api);
    Reply pause(bool paused);  // the lane of `supplier()`
    std::string add_token(const std::string& role);
    /// Notices reach this simulator from now on.
    void tell(Telegram& telegram);

    Reply get(const std::string& path) { return test::get(url(path), manager_); }
    Reply create(const json::value& body) { return post(url("/api/v1/createOrder"), shop_, body); }
    /// A fresh order as the shop sends it; gives its id.
    std::int64_t order(const json::value& body);
    /// As a manager sees it.
    Reply order(std::int64_t id);
    std::string phase(std::int64_t id) { return order(id).text("data.phase"); }
    bool becomes(std::int64_t id, std::string_view phase);
    /// Decides on the version that the order has now, adding `more` to the body.
    Reply decide(std::int64_t id, std::string_view kind, json::object more = {});

private:
    TempDir data_;
    std::map<std::string, std::string> database_;
    Options options_;
    Supplier supplier_;
    std::unique_ptr<Program> server_;
    std::string shop_, manager_, supplier_id_;
    std::string listen_ = "127.0.0.1:0";
};

/// A good order of 1000 followers for `link_of(number)`, with these members changed; null takes one out.
json::object order_of(const std::string& number, const json::object& changes = {});
std::string link_of(const std::string& number);

/// The kinds of an order's events, e.g. `received,taken,accepted`.
std::string history(const Reply& order);

}  // namespace smg::test
