#pragma once

#include <boost/describe/enum.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"
#include "net/http_client.hpp"
#include "sites/shop_reply.hpp"
#include "sites/shop_routes.hpp"
#include "sites/site_store.hpp"

namespace smg::sites {

/// A shop as it is called.
struct Shop {
    SiteId site;
    std::string url;
    bool allow_private = false;
    std::vector<Secret> keys = {};  // of the site's live tokens, newest first: one of them is the plugin's
};

Shop shop_of(db::Tx& tx, const MasterKey& master, const Site& site);

/// Calls the plugin's routes, signed. Knows of each shop in which form it takes addresses and which token it has, from call
/// to call; on the I/O thread only. Redirects are followed by the rules of followed(), once.
class ShopClient {
public:
    using Perform = std::function<Async<net::HttpResult>(net::HttpRequest)>;

    ShopClient(Perform perform, const Clock& clock) : perform_(std::move(perform)), clock_(clock) {}

    /// How long one call may take. A person who waits is told sooner than a job.
    struct Patience {
        Duration timeout = std::chrono::seconds(15);
        Duration connect_timeout = std::chrono::seconds(5);
    };

    Async<ShopResult<ShopPing>> ping(Shop shop, Patience patience);
    Async<ShopResult<ShopProducts>> products(Shop shop, Patience patience, int page, int per_page);
    /// The same of what has a service.
    Async<ShopResult<ShopProducts>> services(Shop shop, Patience patience, int page, int per_page);
    Async<ShopResult<ShopWallet>> wallet(Shop shop, Patience patience, std::int64_t user_id);
    /// By a piece of e-mail, login or name, or an id; at most 20.
    Async<ShopResult<std::vector<ShopWallet>>> find_wallets(Shop shop, Patience patience, std::string search);
    /// After anything but an answer or an `unchanged` failure: again with the same operation_id, until there is one.
    Async<ShopResult<ChangedWallet>> change_wallet(Shop shop, Patience patience, WalletChange change);
    Async<ShopResult<PaidLines>> paid_orders(Shop shop, Patience patience, Time since, int page, int per_page);
    Async<ShopResult<MonoKeys>> mono_keys(Shop shop, Patience patience);
    /// Writes the key and gives what is in force after it; a `refused` with status 409 when something overrules it.
    Async<ShopResult<MonoKeys>> write_mono_key(Shop shop, Patience patience, Secret api_key);

    /// The key of the token that the shop has, once it has answered; empty before.
    Secret key_of(const Shop& shop) const;
    /// The address of one of its routes in the form that it takes, e.g. for a webhook.
    std::string address_of(const Shop& shop, std::string_view route) const;

private:
    using Query = std::vector<std::pair<std::string, std::string>>;

    enum class Form { pretty, plain };  // `/wp-json/…`, `/?rest_route=/…`, which is all that plain permalinks know
    struct Known {
        Form form = Form::pretty;
        std::string key_hash = {};  // of the key that fitted
    };

    struct Call {
        std::string method = "GET";
        std::string_view route;  // below `smgcrm/v1/`, exactly as WordPress is asked, with the slash where it has one
        Query query = {};
        std::string body = {};
        std::size_t max_body = 1024 * 1024;
    };

    Async<ShopResult<json::object>> ask(Shop shop, Patience patience, Call call);
    Async<ShopResult<json::object>> ask_in(const Shop& shop, Patience patience, const Call& call, Form form);
    Async<ShopResult<json::object>> ask_with(const Shop& shop, Patience patience, const Call& call, Form form, Secret key);
    Async<ShopResult<ShopProducts>> list(Shop shop, Patience patience, std::string_view route, std::string_view name,
                                         int page, int per_page);
    net::HttpRequest request_for(const Shop& shop, Patience patience, const Call& call, Form form, const Secret& key) const;

    const Perform perform_;
    const Clock& clock_;
    std::map<std::int64_t, Known> known_;
};

}  // namespace smg::sites
