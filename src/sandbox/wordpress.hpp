#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "sandbox/fields.hpp"
#include "sandbox/wordpress_wallets.hpp"

namespace smg::sandbox {

struct WordPressOptions {
    Secret token = {};  // of the site in SMG CRM; empty: every signature is right
    Duration latency{0};
    std::string scenario = "ok";
    int products = 40;
    std::string currency = "UAH";
};

/// How a shop misbehaves, whatever it is asked for.
struct WordPressScenario {
    std::string_view name, help;
};

std::span<const WordPressScenario> wordpress_scenarios();

/// A WordPress shop with our plugin: all routes of docs/wordpress.md below `/wp-json/smgcrm/v1/` and
/// `/?rest_route=/smgcrm/v1/`, signatures and nonces checked. Users 1 to 60 have a wallet. No I/O and no thread of its own.
///
/// Besides: `GET /ledger` (every change of a wallet), `GET /events` (webhooks that came with a right signature), `GET
/// /requests` (how often each route was asked), `GET /scenarios`, `POST /pay` (createOrder's body: the line is paid, and did
/// not reach the CRM), `POST /reset`, `POST /control` with any of `scenario`, `latency_ms`, `products`, `balance_of_1` …
class WordPressSimulator {
public:
    /// Throws when there is no such scenario.
    WordPressSimulator(const Clock& clock, WordPressOptions options);

    RawReply handle(const RawRequest& request);

private:
    RawReply route(const http::Request& request, const std::string& route);
    RawReply answer(const http::Request& request, const std::string& route);
    bool is_signed(const http::Request& request, const std::string& route);
    RawReply ping() const;
    RawReply products(const Fields& fields, bool services) const;
    RawReply paid_orders() const;
    RawReply mono(const http::Request& request);
    RawReply take_event(const http::Request& request);
    RawReply control(const http::Request& request);
    RawReply pay(const http::Request& request);

    const Clock& clock_;
    WordPressOptions options_;
    Wallets wallets_;
    std::set<std::string> nonces_;
    std::map<std::string, std::int64_t> asked_;
    json::array events_, paid_;
    std::string mono_key_ = "simulated-mono-key-0001";
};

}  // namespace smg::sandbox
