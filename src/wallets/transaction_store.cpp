#include "wallets/transaction_store.hpp"

#include <fmt/core.h>

#include <map>

#include "base/text.hpp"
#include "db/where.hpp"

namespace smg::wallets {
namespace {

constexpr std::size_t longest_error = 500, longest_code = 64;

void announce(db::Tx& tx, const Transaction& row)
{
    tx.announce({"wallets", row.id.value, row.site_id.value_or(SiteId{}).value});
}

// False when another try has settled it meanwhile.
bool write(db::Tx& tx, const Transaction& row, Time now)
{
    auto changed = tx.execute(
        "UPDATE history_transaction SET open_wallet = ?, amount = ?, balance_before = ?, balance = ?, currency = ?, email = "
        "?, "
        "state = ?, code = ?, error = ?, settled_at = ?, updated_at = ? WHERE id = ? AND state = ?",
        row.state == State::asked ? std::optional(row.wp_user_id) : std::nullopt, row.amount, row.balance_before,
        row.balance, row.currency, row.email, row.state, row.code, row.error, row.settled_at, now, row.id, State::asked);
    if (changed == 1) announce(tx, row);
    return changed == 1;
}

// The balance that a refusal tells of.
std::optional<Money> balance_in(const json::object& answer)
{
    auto found = answer.if_contains("balance");
    auto text = found ? json::as_text(*found) : std::nullopt;
    return text ? Money::parse(*text) : std::nullopt;
}

// The earlier system wrote down who it was by number only.
void name_people(db::Tx& tx, std::vector<Transaction>& rows)
{
    std::map<UserId, std::optional<std::string>> names;
    for (auto& row : rows) {
        if (row.who || !row.user_by_id) continue;
        auto [known, is_new] = names.try_emplace(*row.user_by_id);
        if (is_new) known->second = tx.first<std::string>("SELECT name FROM users WHERE id = ?", *row.user_by_id);
        row.who = known->second;
    }
}

db::Where where_of(db::Tx& tx, const Filter& filter)
{
    db::Where where(tx.dialect());
    if (filter.sites) where.any_of("site_id", *filter.sites);
    where.add_if("site_id = ?", filter.site);
    where.add_if("wp_user_id = ?", filter.wp_user_id);
    where.add_if("user_by_id = ?", filter.user_by_id);
    if (!filter.operation_ids.empty()) where.any_of("operation_id", filter.operation_ids);
    if (filter.q && !trimmed(*filter.q).empty())
        where.add("LOWER(email) LIKE ? ESCAPE '!'", db::anywhere(lowered(trimmed(*filter.q))));
    where.add_if("operation = ?", filter.operation);
    where.add_if("state = ?", filter.state);
    where.add_if("date >= ?", filter.from);
    where.add_if("date < ?", filter.to);
    where.add_if("id < ?", filter.before);
    return where;
}

}  // namespace

Result<Transaction> begin(db::Tx& tx, Time now, Transaction asked)
{
    asked.state = State::asked;
    asked.date = now;
    try {
        asked.id = TransactionId{tx.insert("history_transaction", asked)};
        tx.execute("UPDATE history_transaction SET open_wallet = wp_user_id, created_at = ?, updated_at = ? WHERE id = ?",
                   now, now, asked.id);
    } catch (const db::DuplicateKey&) {
        return fail(Code::conflict,
                    "Another change of this wallet is not settled yet: wait until it is known what became of it.");
    }
    announce(tx, asked);
    return asked;
}

std::optional<Transaction> find_transaction(db::Tx& tx, TransactionId id)
{
    return tx.find<Transaction>("FROM history_transaction WHERE id = ?", id);
}

std::optional<Transaction> find_operation(db::Tx& tx, SiteId site, std::string_view operation_id)
{
    return tx.find<Transaction>("FROM history_transaction WHERE site_id = ? AND operation_id = ?", site, operation_id);
}

std::optional<Transaction> find_open(db::Tx& tx, SiteId site, std::int64_t wp_user_id)
{
    return tx.find<Transaction>("FROM history_transaction WHERE site_id = ? AND open_wallet = ?", site, wp_user_id);
}

bool same_content(const Transaction& known, const Transaction& asked)
{
    return known.wp_user_id == asked.wp_user_id && known.operation == asked.operation &&
           known.asked_amount == asked.asked_amount && known.expected_balance == asked.expected_balance;
}

Transaction settle(db::Tx& tx, Time now, TransactionId id, const sites::ShopResult<sites::ChangedWallet>& answer)
{
    auto row = *find_transaction(tx, id);
    if (row.state != State::asked) return row;  // another try was faster
    if (answer) {
        row.state = State::done;
        row.amount = answer->amount;
        row.balance_before = answer->balance_before;
        row.balance = answer->balance;
        row.currency = answer->currency;
        if (answer->email) row.email = *answer->email;
    } else if (const auto& failure = answer.error(); failure.unchanged && failure.kind != sites::ShopTrouble::busy) {
        bool own_word = failure.kind == sites::ShopTrouble::refused && !failure.code.empty();
        row.state = State::refused;
        row.code = cut(own_word ? failure.code : std::string(word(failure.kind)), longest_code);
        row.error = cut(failure.message, longest_error);
        if (auto told = balance_in(failure.answer)) row.balance = *told;
    } else {
        row.error = cut(failure.message, longest_error);
    }
    if (row.state != State::asked) row.settled_at = now;
    return write(tx, row, now) ? row : *find_transaction(tx, id);
}

std::vector<Transaction> list_transactions(db::Tx& tx, const Filter& filter)
{
    auto where = where_of(tx, filter);
    auto sql = fmt::format("SELECT {} FROM history_transaction{} ORDER BY id DESC LIMIT {}", db::columns<Transaction>(),
                           where.sql(), filter.limit);
    auto rows = tx.query_with<Transaction>(sql, where.params());
    name_people(tx, rows);
    return rows;
}

std::int64_t count_transactions(db::Tx& tx, const Filter& filter, std::int64_t most)
{
    auto where = where_of(tx, filter);
    auto sql = fmt::format("SELECT COUNT(*) FROM (SELECT id FROM history_transaction{} LIMIT {}) AS bounded", where.sql(),
                           most + 1);
    return tx.query_with<std::int64_t>(sql, where.params()).front();
}

std::vector<Total> totals_of(db::Tx& tx, Filter filter)
{
    filter.before.reset();
    auto where = where_of(tx, filter);
    where.add("state = ?", State::done);
    return tx.query_with<Total>(
        "SELECT COALESCE(currency, '') AS of_currency, COUNT(*), COALESCE(SUM(CASE WHEN amount > 0 THEN amount END), 0), "
        "COALESCE(SUM(CASE WHEN amount < 0 THEN amount END), 0) FROM history_transaction" +
            where.sql() + " GROUP BY of_currency ORDER BY of_currency",
        where.params());
}

}  // namespace smg::wallets
