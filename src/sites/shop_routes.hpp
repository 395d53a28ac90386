#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/money.hpp"

// What the plugin's routes say; docs/wordpress.md, "Routes". What an older or newer plugin has besides is left alone.
namespace smg::sites {

struct ShopOutbox {
    std::int64_t queued = 0, failed = 0, oldest_s = 0;  // `oldest_s`: age of the oldest order that waits
};
BOOST_DESCRIBE_STRUCT(ShopOutbox, (), (queued, failed, oldest_s))

struct ShopPing {
    std::string version;  // of the plugin
    std::string wordpress, php;
    std::optional<std::string> woocommerce;  // none without it
    std::optional<bool> hpos;
    std::string wallet;  // terawallet, smgcrm
    std::string currency;
    std::string rest_url;
    std::int64_t time = 0;  // the shop's clock, seconds since 1970
    std::optional<std::int64_t> serves_since;
    std::vector<std::string> capabilities;
    ShopOutbox outbox;

    bool can(std::string_view capability) const;
};
BOOST_DESCRIBE_STRUCT(ShopPing, (),
                      (version, wordpress, php, woocommerce, hpos, wallet, currency, rest_url, time, serves_since,
                       capabilities, outbox))

struct ShopCategory {
    std::int64_t id = 0;
    std::string name, slug;
};
BOOST_DESCRIBE_STRUCT(ShopCategory, (), (id, name, slug))

struct ShopProduct {
    std::int64_t id = 0, parent_id = 0;
    std::string type, name;
    std::optional<std::string> sku, status;
    std::optional<Money> price, regular_price, sale_price;
    std::string currency;
    std::optional<std::string> stock_status;
    std::optional<std::int64_t> stock_quantity;
    std::vector<ShopCategory> categories;
    std::optional<std::string> supplier_id, service_id, order_type;
    std::optional<std::int64_t> quantity;  // pieces in one sold unit
    std::optional<Time> modified_at;
    std::optional<std::string> permalink;
};
BOOST_DESCRIBE_STRUCT(ShopProduct, (),
                      (id, parent_id, type, name, sku, status, price, regular_price, sale_price, currency, stock_status,
                       stock_quantity, categories, supplier_id, service_id, order_type, quantity, modified_at, permalink))

struct ShopProducts {
    std::vector<ShopProduct> products;
    std::int64_t page = 1, total = 0, total_pages = 0;
    std::int64_t unreadable = 0;  // rows of this page that are no products
};

/// A change of a wallet through this route.
struct LedgerLine {
    std::string operation_id, operation;
    Money amount, balance_before, balance;
    std::optional<std::string> reason;
    Time date;
};
BOOST_DESCRIBE_STRUCT(LedgerLine, (), (operation_id, operation, amount, balance_before, balance, reason, date))

struct ShopWallet {
    std::int64_t user_id = 0;
    std::string email;
    std::optional<std::string> login, display_name;
    Money balance;
    std::string currency;
    std::optional<std::string> wallet;
    std::optional<std::vector<LedgerLine>> ledger;  // the last 20, newest first; not in a list of found users
};
BOOST_DESCRIBE_STRUCT(ShopWallet, (), (user_id, email, login, display_name, balance, currency, wallet, ledger))

/// What is to become of a wallet. The same `operation_id` with the same content is done once, however often it is asked.
struct WalletChange {
    std::int64_t user_id = 0;
    std::string operation;  // set, credit, debit
    Money amount;
    std::optional<Money> expected_balance;  // needed for `set`
    std::string operation_id, reason;
};

struct ChangedWallet {
    std::string operation_id, operation;
    std::int64_t user_id = 0;
    std::optional<std::string> email;
    Money amount;  // the change, negative when the balance went down
    Money balance_before, balance;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(ChangedWallet, (),
                      (operation_id, operation, user_id, email, amount, balance_before, balance, currency))

/// A line of a paid order that is for us, and what the shop knows of it.
struct PaidLine {
    std::string wp_order_number, item_id, idempotency_key;
    std::string state;  // missing, queued, sending, delivered, failed, dismissed, withdrawn
    std::optional<std::string> last_error;
    std::optional<std::int64_t> crm_order_id;
    json::value order;  // createOrder's body
};
BOOST_DESCRIBE_STRUCT(PaidLine, (), (wp_order_number, item_id, idempotency_key, state, last_error, crm_order_id, order))

struct PaidLines {
    std::vector<PaidLine> lines;
    bool more = false;  // ask for the next page
};
BOOST_DESCRIBE_STRUCT(PaidLines, (), (lines, more))

struct MonoGateway {
    std::string gateway;
    std::optional<bool> enabled;
    std::optional<std::string> key_sha256, last_four;
};
BOOST_DESCRIBE_STRUCT(MonoGateway, (), (gateway, enabled, key_sha256, last_four))

struct MonoKeys {
    std::vector<MonoGateway> gateways;
};
BOOST_DESCRIBE_STRUCT(MonoKeys, (), (gateways))

}  // namespace smg::sites
