#include "orders/books.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "orders/charge.hpp"
#include "orders/order_store.hpp"

namespace smg::orders {
namespace {

constexpr int most_readings = 500, most_orders = 5000;

// The newest balance, when it was the same at the beginning of a long enough time.
std::optional<suppliers::Reading> settled(const std::vector<suppliers::Reading>& readings, Duration apart)
{
    if (readings.empty()) return std::nullopt;
    auto first = readings.back();
    for (auto at = readings.rbegin(); at != readings.rend() && at->amount == first.amount; ++at) {
        if (readings.back().at - at->at >= apart) return *at;
    }
    return std::nullopt;
}

struct Taken {
    OrderId order_id;
    std::string supplier_service_id;
    std::optional<Money> provider_price;
    std::string order_type;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (order_id, supplier_service_id, provider_price, order_type))

void add_known_charges(db::Tx& tx, const Attempt& attempt, Time from, Time to, Books& books)
{
    auto taken = tx.query<Taken>(
        "SELECT a.order_id, a.supplier_service_id, o.provider_price, o.order_type FROM attempts a JOIN orders o ON o.id = "
        "a.order_id WHERE a.api_provider_id = ? AND a.state = ? AND a.done_at > ? AND a.done_at <= ? AND a.id <> ? LIMIT ?",
        attempt.api_provider_id, AttemptState::accepted, from, to, attempt.id, most_orders);
    books.computable = std::ssize(taken) < most_orders;
    UsualCharges usual(tx, attempt.api_provider_id);
    for (const auto& one : taken) {
        auto charge = one.provider_price && one.provider_price->units > 0 ? one.provider_price : std::nullopt;
        // One that is not known is enough to prove nothing: no more are looked for then.
        bool estimate = !charge && books.computable && usual.know(one.supplier_service_id, one.order_type);
        auto order = estimate ? find_order(tx, one.order_id) : std::nullopt;
        if (order) charge = usual.of(*order, one.supplier_service_id);
        if (charge) books.known_charges.units += charge->units;
        else books.computable = false;
    }
}

// Requests whose charge may lie on either side of the first balance, or may never have been made.
void add_doubts(db::Tx& tx, const Attempt& attempt, Time from, Time to, Books& books)
{
    auto count = [&](std::string_view which, auto... params) {
        return tx.first<std::int64_t>("SELECT COUNT(*) FROM " + std::string(which), params...).value_or(0);
    };
    if (auto lost = count("attempts WHERE api_provider_id = ? AND state IN ('unknown', 'resolved_absent', 'resolved_found', "
                          "'sending') AND id <> ? AND sending_at <= ? AND (done_at IS NULL OR done_at > ?)",
                          attempt.api_provider_id, attempt.id, to, from);
        lost > 0)
        books.doubts.push_back(fmt::format("{} other orders' answers are lost or to come", lost));
    if (auto between = count("attempts WHERE api_provider_id = ? AND state = 'accepted' AND done_at > ? AND sending_at <= ?",
                             attempt.api_provider_id, from, from);
        between > 0)
        books.doubts.push_back("orders were on their way while the first balance was read");
    if (auto refunds = count("orders WHERE api_provider_id = ? AND phase IN ('partial', 'canceled', 'refunded') AND "
                             "updated_at > ? AND finished_at > ? AND finished_at <= ?",
                             attempt.api_provider_id, from, from, to);
        refunds > 0)
        books.doubts.push_back(fmt::format("{} orders ended with money back meanwhile", refunds));
}

}  // namespace

std::optional<Books> books_of(db::Tx& tx, const Attempt& attempt, const suppliers::Provider& provider, Duration apart)
{
    auto sent_at = attempt.sending_at.value_or(attempt.prepared_at), lost_at = attempt.done_at.value_or(sent_at);
    auto before = suppliers::reading_before(tx, provider.id, sent_at);
    if (!before) return std::nullopt;
    Books books{*before, settled(suppliers::readings_since(tx, provider.id, lost_at, most_readings), apart), {}};
    if (!books.settled) return books;
    if (provider.key_shared) books.doubts.emplace_back("others order with the same key");
    add_known_charges(tx, attempt, before->at, books.settled->at, books);
    add_doubts(tx, attempt, before->at, books.settled->at, books);
    return books;
}

std::optional<Finding> read_books(const Books& books, std::optional<Money> expected, std::int64_t percent)
{
    if (!books.settled) return std::nullopt;
    auto account = fmt::format("{} before, {} for known orders, {} now", books.before.amount.text(),
                               books.known_charges.text(), books.settled->amount.text());
    if (!books.computable) return Finding{Strength::weak, account + ": some charges are not known, so this says nothing"};
    Money missing{books.before.amount.units - books.known_charges.units - books.settled->amount.units};
    bool is_price = expected && expected->units > 0 && about_the_same(missing, *expected, percent);
    Finding finding{books.doubts.empty() && (missing.units == 0 || is_price) ? Strength::strong : Strength::weak, account};
    if (missing.units == 0) finding.sentence += ": nothing was charged for it";
    else if (is_price) finding.sentence += fmt::format(": {} are missing, its price", missing.text());
    else if (expected)
        finding.sentence += fmt::format(": {} are missing, not its price {}", missing.text(), expected->text());
    else finding.sentence += fmt::format(": {} are missing, its price is not known", missing.text());
    if (!books.doubts.empty()) finding.sentence += fmt::format(" ({})", fmt::join(books.doubts, "; "));
    return finding;
}

}  // namespace smg::orders
