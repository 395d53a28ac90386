#include "wallets/wallet_api.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "audit/audit_log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "http/bind.hpp"
#include "sites/shop_check.hpp"
#include "wallets/transaction_query.hpp"

namespace smg::wallets {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;
using http::Paged;

constexpr int shown_with_wallet = 20;
constexpr std::size_t longest_reason = 500, longest_email = 255, shortest_id = 8, longest_id = 64, longest_search = 100;
constexpr int come_again_s = 30;

struct Reached {
    sites::Site site;
    sites::Shop shop;
};

// A site that the caller does not see is not there.
Async<Result<Reached>> reached(WalletDesk& desk, Caller caller, SiteId id)
{
    auto look = [&](db::Tx& tx) -> Result<Reached> {
        auto site = caller.may_see(id) ? sites::find_site(tx, id) : std::nullopt;
        if (!site) return fail(Code::not_found, "There is no such site.");
        auto shop = sites::shop_of(tx, desk.master, *site);
        return Reached{std::move(*site), std::move(shop)};
    };
    co_return co_await desk.db.read(std::move(look));
}

Error error_of(const sites::ShopFailure& failure)
{
    if (failure.code == "smgcrm_user_not_found") return {Code::not_found, "The shop has no such user."};
    return {Code::unavailable, failure.message, {}, failure.retry_after_s > 0 ? failure.retry_after_s : come_again_s};
}

struct Search {
    SiteId id;
    std::string search;
};
BOOST_DESCRIBE_STRUCT(Search, (), (id, search))

// GET /api/v1/sites/{id}/wallets
Async<Result<json::object>> find(WalletDesk& desk, Caller caller, Search in)
{
    auto text = std::string(trimmed(in.search));
    if (text.empty() || code_points(text) > longest_search)
        co_return fail_field("search", "The search must have 1 to 100 characters.");
    auto shop = co_await reached(desk, std::move(caller), in.id);
    if (!shop) co_return fail(shop.error());
    auto found = co_await desk.shops.find_wallets(std::move(shop->shop), sites::patience(desk.settings), std::move(text));
    if (!found) co_return fail(error_of(found.error()));
    json::array rows;
    for (const auto& one : *found) {
        auto row = json::from(one).get_object();
        row.erase("ledger");
        rows.push_back(std::move(row));
    }
    co_return http::data_of(std::move(rows));
}

struct OneWallet {
    SiteId id;
    std::int64_t user_id = 0;
};
BOOST_DESCRIBE_STRUCT(OneWallet, (), (id, user_id))

// As the API reference shows it; a test compares it with what is answered.
struct FoundWallet : sites::ShopWallet {
    static constexpr auto left_out = std::to_array<std::string_view>({"ledger"});
    BOOST_DESCRIBE_CLASS(FoundWallet, (sites::ShopWallet), (), (), ())
};
struct ShownWallet : sites::ShopWallet {
    std::vector<Transaction> transactions;  // the last 20 that were asked for here, and those that `ledger` names
    bool may_change = false;                // whether the caller may
};
BOOST_DESCRIBE_STRUCT(ShownWallet, (sites::ShopWallet), (transactions, may_change))

bool may_change(const Caller& caller) { return caller.role != http::Role::user || caller.edits_wallets; }

// GET /api/v1/sites/{id}/wallets/{user_id}: the shop's own ledger, and what was asked for here.
Async<Result<json::object>> show(WalletDesk& desk, Caller caller, OneWallet in)
{
    auto shop = co_await reached(desk, caller, in.id);
    if (!shop) co_return fail(shop.error());
    auto wallet = co_await desk.shops.wallet(std::move(shop->shop), sites::patience(desk.settings), in.user_id);
    if (!wallet) co_return fail(error_of(wallet.error()));
    Filter ours;
    ours.site = in.id;
    ours.wp_user_id = in.user_id;
    ours.limit = shown_with_wallet;
    // Those that the shop's ledger names too, however many were refused since.
    auto look = [&](db::Tx& tx) {
        auto rows = list_transactions(tx, ours);
        auto in_ledger = ours;
        for (const auto& line : wallet->ledger.value_or(std::vector<sites::LedgerLine>{}))
            if (std::ranges::find(rows, line.operation_id, &Transaction::operation_id) == rows.end())
                in_ledger.operation_ids.push_back(line.operation_id);
        if (!in_ledger.operation_ids.empty()) std::ranges::move(list_transactions(tx, in_ledger), std::back_inserter(rows));
        return rows;
    };
    auto rows = co_await desk.db.read(std::move(look));
    auto out = json::from(*wallet).get_object();
    out["transactions"] = json::from(rows);
    out["may_change"] = may_change(caller);
    co_return http::data_of(std::move(out));
}

struct AskedChange {
    SiteId id;
    std::int64_t user_id = 0;
    Operation operation = Operation::credit;
    Money amount;
    std::optional<Money> expected_balance;
    std::string reason;
    std::optional<std::string> operation_id, email;
};
BOOST_DESCRIBE_STRUCT(AskedChange, (), (id, user_id, operation, amount, expected_balance, reason, operation_id, email))

bool is_operation_id(std::string_view id)
{
    constexpr std::string_view marks = "._:-";
    return id.size() >= shortest_id && id.size() <= longest_id && std::ranges::all_of(id, [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c);
           });
}

Result<Transaction> transaction_of(const AskedChange& in, const Caller& caller)
{
    std::vector<FieldError> wrong;
    auto reason = std::string(trimmed(in.reason));
    if (reason.empty() || !valid_utf8(reason) || code_points(reason) > longest_reason)
        wrong.push_back({"reason", "The reason must have 1 to 500 characters."});
    bool positive = in.amount.units > 0 || (in.operation == Operation::set && in.amount.units == 0);
    if (!positive) wrong.push_back({"amount", "The amount must be greater than 0."});
    if (in.operation == Operation::set && !in.expected_balance)
        wrong.push_back({"expected_balance", "The expected balance is needed to set a balance."});
    if (in.operation_id && !is_operation_id(*in.operation_id))
        wrong.push_back({"operation_id", "The operation id must have 8 to 64 letters, digits and . _ : -"});
    if (in.email && (!valid_utf8(*in.email) || code_points(*in.email) > longest_email))
        wrong.push_back({"email", "The email must not be longer than 255 characters."});
    if (!wrong.empty()) return fail(json::invalid_fields(std::move(wrong)));
    Transaction asked;
    asked.site_id = in.id;
    asked.wp_user_id = in.user_id;
    asked.email = in.email.value_or("");
    asked.operation_id = in.operation_id ? *in.operation_id : "crm-" + random_uuid();
    asked.operation = in.operation;
    asked.asked_amount = in.amount;
    asked.expected_balance = in.expected_balance;
    asked.reason = std::move(reason);
    if (caller.user.value > 0) asked.user_by_id = caller.user;
    asked.who = caller.name;
    return asked;
}

// `data` is the row; beside a refusal stands the balance that the shop told of.
http::Response said(const Changed& changed)
{
    const auto& row = changed.transaction;
    auto body = http::data_of(json::from(row));
    int status = row.state == State::done ? 200 : 202;
    if (row.state == State::refused) {
        auto code = row.code.value_or("");
        status = code == "smgcrm_user_not_found"                            ? 404
                 : code == "smgcrm_balance_differs"                         ? 409
                 : code.starts_with("smgcrm_") || code.starts_with("rest_") ? 422
                                                                            : 503;
        body["message"] = row.error.value_or("");
        body["code"] = code;
        if (status == 409 || code == "smgcrm_insufficient_funds") body["balance"] = row.balance.text();
    }
    auto reply = http::json_reply(status, body);
    if (changed.replayed) reply.headers.emplace_back("Idempotent-Replayed", "true");
    if (status == 503) reply.headers.emplace_back("Retry-After", std::to_string(come_again_s));
    return reply;
}

// POST /api/v1/sites/{id}/wallets/{user_id}/changes
Async<Result<http::Response>> change_one(WalletDesk& desk, Caller caller, AskedChange in)
{
    if (!caller.may_see(in.id)) co_return fail(Code::not_found, "There is no such site.");
    if (!may_change(caller)) co_return fail(Code::forbidden, "You may look at wallets, but not change them.");
    auto asked = transaction_of(in, caller);
    if (!asked) co_return fail(asked.error());
    auto site = co_await reached(desk, caller, in.id);
    if (!site) co_return fail(site.error());
    auto noted = [&](db::Tx& tx, const Transaction& row) {
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "wallet.change",
                    fmt::format("site {}, user {}", in.id.value, in.user_id),
                    fmt::format("{} {}: {}", word(in.operation), in.amount.text(), row.reason.value_or("")));
    };
    auto changed = co_await change(desk, std::move(site->site), std::move(*asked), noted);
    if (!changed) co_return fail(changed.error());
    co_return said(*changed);
}

struct ListMeta {
    std::optional<std::int64_t> next_cursor;
    std::vector<Total> totals;  // of what is done, over all pages
};
BOOST_DESCRIBE_STRUCT(ListMeta, (), (next_cursor, totals))

// GET /api/v1/transactions
Async<Result<json::object>> list(WalletDesk& desk, Caller caller, TransactionQuery in)
{
    auto filter = filter_of(caller, in);
    if (!filter) co_return fail(filter.error());
    auto look = [&](db::Tx& tx) {
        auto page = *filter;
        ++page.limit;
        auto rows = list_transactions(tx, page);
        ListMeta meta;
        if (std::ssize(rows) > filter->limit) {
            rows.resize(static_cast<std::size_t>(filter->limit));
            meta.next_cursor = rows.back().id.value;
        }
        meta.totals = totals_of(tx, *filter);
        auto out = http::data_of(json::from(rows));
        out["meta"] = json::from(meta);
        return out;
    };
    co_return co_await desk.db.read(std::move(look));
}

}  // namespace

http::Routes wallet_routes(WalletDesk& desk)
{
    return {
        {Method::GET, "/api/v1/sites/{id}/wallets", Access::user, http::bind<find>(desk),
         http::about("Finds a shop's users with their wallets, at most 20")
             .more("`search` is a piece of e-mail, login or name, or an id.")
             .gives<List<FoundWallet>>()},
        {Method::GET, "/api/v1/sites/{id}/wallets/{user_id}", Access::user, http::bind<show>(desk),
         http::about("A user's wallet in a shop").gives<Data<ShownWallet>>()},
        {Method::POST, "/api/v1/sites/{id}/wallets/{user_id}/changes", Access::user, http::bind<change_one>(desk),
         http::about("Changes a wallet, once for each operation_id")
             .more(
                 "200: done. 202: the shop's answer did not come whole; it is asked again until it is known what became "
                 "of it. "
                 "409: the balance is not the expected one; `balance` is the actual one. 422 `smgcrm_insufficient_funds`: "
                 "`balance` is what there is. 503 with a `code`: the shop cannot be asked, and nothing was changed. After a "
                 "refusal use a new operation_id. Any other answer, or none: send the same operation_id again, which "
                 "changes nothing twice.")
             .by("a manager, or a user who may change wallets")
             .gives<Data<Transaction>>(200)
             .or_gives<Data<Transaction>>(202)
             .example(R"({"operation":"credit","amount":"12.50","reason":"A gift","operation_id":"gift-000123"})")},
        {Method::GET, "/api/v1/transactions", Access::user, http::bind<list>(desk),
         http::about("Changes of wallets that were asked for here, newest first").gives<Paged<Transaction, ListMeta>>()},
    };
}

}  // namespace smg::wallets
