#pragma once

#include <boost/describe/class.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "orders/order.hpp"
#include "settings/settings.hpp"
#include "sites/site_store.hpp"

namespace smg::orders {

class DisposableDomains;

/// The body of createOrder, named as the seed's columns; the fields of an order type are read from the same object. What it
/// does not know is ignored: shops send more than we need.
struct CreateOrder {
    std::optional<std::string> wp_order_number, product_service;
    std::optional<std::int64_t> quantity;
    std::optional<std::string> url, client_email, telegram, url_site;
    std::optional<Money> total_amount;
    std::optional<std::string> currency, api_type, supplier_id, supplier_service_id, type_payment, notes, date, item_id,
        order_type;
};
BOOST_DESCRIBE_STRUCT(CreateOrder, (),
                      (wp_order_number, product_service, quantity, url, client_email, telegram, url_site, total_amount,
                       currency, api_type, supplier_id, supplier_service_id, type_payment, notes, date, item_id, order_type))

/// A valid order on its way into the database.
struct Draft {
    Order order;
    std::string currency;                   // code; empty: the site's
    std::optional<std::string> alias_hash;  // of the Idempotency-Key header
    std::size_t ignored_fields = 0;
};

/// Reads and checks what a shop sent. Fails with all wrong fields at once.
Result<Draft> read_draft(const json::object& body, std::string_view idempotency_key, const sites::Site& site, Time now);

/// By which a shop's line is known to be the same, as read_draft() reads it.
std::string line_identity(std::string_view wp_order_number, std::string_view item_id);

/// What the shop is told; the same for every repeat.
struct Taken {
    OrderId id;
    std::string body;  // JSON
    bool replayed = false;
    bool by_key = false;  // replayed for its Idempotency-Key, and not only because the same order is there
};

/// Inserts orders that wait together, each with its history, its job or notice, and its remembered reply. A repeat is found
/// by its identity and answered as the first time; an item_id with other content is Code::invalid. Drafts come screened.
std::vector<Result<Taken>> insert_orders(db::Tx& tx, Time now, std::span<const Draft> drafts,
                                         const settings::Settings& settings);

/// Collects the orders that arrive while a commit is under way, screens them and writes them together: at most `batch` in
/// one commit, and none waits longer than the commit before it.
class Intake {
public:
    Intake(boost::asio::io_context& io, db::Database& db, const Clock& clock, const settings::Settings& settings,
           const DisposableDomains& disposable);

    /// Returns after the durable commit. Throws db::Unavailable when that is not certain.
    Async<Result<Taken>> take(Draft draft);

private:
    struct Waiting;
    void start_flushing();
    Async<void> flush();
    Async<bool> write(std::vector<std::shared_ptr<Waiting>> together);

    static constexpr std::size_t batch = 256;
    static constexpr int race_tries = 3;

    boost::asio::io_context& io_;
    db::Database& db_;
    const Clock& clock_;
    const settings::Settings& settings_;
    const DisposableDomains& disposable_;
    std::deque<std::shared_ptr<Waiting>> waiting_;
    bool flushing_ = false;
};

}  // namespace smg::orders
