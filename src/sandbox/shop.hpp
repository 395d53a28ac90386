#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <stop_token>
#include <string>

#include "base/async.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"

namespace smg::sandbox {

/// Makes up a shop's orders, the same ones for the same seed: mostly ordinary, of all order types; early on one for each
/// service that shows something; now and then a throw-away address, or the same order twice.
class Shop {
public:
    Shop(std::uint64_t seed, std::string supplier_id);

    /// The body of the next createOrder.
    json::object next();

private:
    json::object fresh();
    std::string email();
    std::size_t below(std::size_t bound);
    template <class T, std::size_t N>
    const T& one_of(const T (&choices)[N]);

    std::mt19937_64 random_;
    std::string supplier_id_;
    std::uint64_t number_ = 10'000;  // of the last order
    std::size_t made_ = 0;
    json::object last_;
};

struct FeedOptions {
    std::string url;  // of createOrder
    Secret token;     // of the site
    Duration every = std::chrono::seconds(2);
    std::uint64_t seed = 1;
    std::string supplier_id = "1";
};

/// What createOrder said: its status, 0 when it could not be reached, and its body.
using FeedObserver = std::function<void(const json::object& order, int status, const std::string& reply)>;

/// Posts one order after another until `stop` (looked at once per order) or the end of the io_context.
Async<> feed_orders(net::HttpClient& client, FeedOptions options, std::stop_token stop, FeedObserver observer);

}  // namespace smg::sandbox
