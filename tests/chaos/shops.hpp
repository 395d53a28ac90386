#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/installation.hpp"

namespace smg::test {

/// What a shop holds in its hand: the reply to an order that was acknowledged.
using Acknowledged = std::map<std::string, std::string>;  // wp_order_number → body of the 2xx

/// Shops that order without end, each order of its own link, and repeat an order until it is acknowledged, as a real shop's
/// queue does. The installation keeps its port, so that they find it again after a crash.
class Shops {
public:
    struct Options {
        int shops = 4;
        int orders_per_second = 200;  // at most, of all together
        std::string first_number = "1";
    };
    Shops(std::string create_order_url, std::string token, Options options);
    ~Shops();

    /// No new orders. Returns when each order in hand is acknowledged; throws when that takes longer than tests wait.
    Acknowledged close();

    std::size_t acknowledged() const;
    /// Replies that were neither 200 nor 503 nor silence: always a mistake of the program.
    std::vector<std::string> surprises() const;

private:
    void sell(std::stop_token stop);
    bool order(const std::string& number);

    const std::string url_, token_;
    const Options options_;
    std::atomic<std::int64_t> next_;
    std::atomic<bool> given_up_ = false;
    mutable std::mutex mutex_;
    Acknowledged acknowledged_;
    std::vector<std::string> surprises_;
    std::vector<std::jthread> threads_;
};

}  // namespace smg::test
