#include "orders/gap_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "orders/charge.hpp"

namespace smg::orders {
namespace {

constexpr int neighbours = 100;  // attempts looked at on either side
constexpr int open_end_calls = 10;
constexpr std::size_t most_digits = 18, most_orphans = 20;

// What the supplier's answer on one call comes to: numbers that are ours.
std::vector<Orphan> ours_in(const suppliers::Statuses& statuses)
{
    std::vector<Orphan> ours;
    for (const auto& [number, status] : statuses)
        if (status.error.empty()) ours.push_back({number, status});
    return ours;
}

}  // namespace

std::optional<std::uint64_t> counted(const std::string& number)
{
    if (number.empty() || number.size() > most_digits || number.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::stoull(number);
}

std::optional<Gap> gap_of(db::Tx& tx, const Attempt& attempt)
{
    auto lost_at = attempt.done_at.value_or(attempt.prepared_at), sent_at = attempt.sending_at.value_or(attempt.prepared_at);
    Gap gap;
    for (const auto& number : tx.query<std::string>(
             "SELECT supplier_order_id FROM attempts WHERE api_provider_id = ? AND state = ? AND done_at <= ? AND "
             "supplier_order_id IS NOT NULL ORDER BY done_at DESC LIMIT ?",
             attempt.api_provider_id, AttemptState::accepted, sent_at, neighbours))
        gap.after = std::max(gap.after, counted(number).value_or(0));
    if (gap.after == 0) return std::nullopt;
    for (const auto& number :
         tx.query<std::string>("SELECT supplier_order_id FROM attempts WHERE api_provider_id = ? AND state = ? AND done_at "
                               ">= ? AND sending_at >= "
                               "? AND supplier_order_id IS NOT NULL ORDER BY done_at LIMIT ?",
                               attempt.api_provider_id, AttemptState::accepted, lost_at, lost_at, neighbours)) {
        auto later = counted(number);
        if (later && (gap.before == 0 || *later < gap.before)) gap.before = *later;
    }
    if (gap.before != 0 && gap.before <= gap.after) return std::nullopt;  // this supplier does not count upwards
    return gap;
}

std::string Scan::sentence() const
{
    if (!problem.empty()) return "the search among the supplier's order numbers was broken off: " + problem;
    auto range = calls == 0 ? std::string("no numbers at all") : fmt::format("the numbers {} to {}", first, last);
    return fmt::format("searched {}{}: {} of them {} ours and no order's", range, whole ? "" : ", which may not be all",
                       orphans.size(), orphans.size() == 1 ? "is" : "are");
}

std::vector<std::string> taken_numbers(db::Tx& tx, ProviderId provider, const std::vector<std::string>& numbers)
{
    std::vector<std::string> taken;
    for (const auto& number : numbers)
        if (tx.first<std::int64_t>("SELECT id FROM orders WHERE api_provider_id = ? AND supplier_order_number = ?", provider,
                                   number))
            taken.push_back(number);
    return taken;
}

Async<Scan> scan_gap(db::Database& db, suppliers::ApiClient& client, ProviderId provider, Gap gap, int most_calls)
{
    Scan scan;
    auto room =
        static_cast<std::uint64_t>(gap.before == 0 ? std::min(open_end_calls, most_calls) : most_calls) * suppliers::max_ids;
    auto end = gap.before == 0 ? gap.after + room + 1 : std::min(gap.before, gap.after + room + 1);
    scan.first = gap.after + 1;
    scan.last = end - 1;
    scan.whole = gap.before != 0 && end == gap.before;
    for (auto from = scan.first; from < end; from += suppliers::max_ids) {
        std::vector<std::string> numbers;
        for (auto at = from; at < std::min<std::uint64_t>(from + suppliers::max_ids, end); ++at)
            numbers.push_back(std::to_string(at));
        ++scan.calls;
        auto statuses = co_await client.status_in_one(std::move(numbers));
        if (!statuses) {
            scan.problem = statuses.error().message;
            scan.whole = false;
            break;
        }
        auto ours = ours_in(*statuses);
        auto look = [&](db::Tx& tx) {
            std::vector<std::string> found;
            for (const auto& orphan : ours) found.push_back(orphan.number);
            return taken_numbers(tx, provider, found);
        };
        auto taken = co_await db.read(std::move(look));
        for (auto& orphan : ours)
            if (std::ranges::find(taken, orphan.number) == taken.end()) scan.orphans.push_back(std::move(orphan));
        if (scan.orphans.size() > most_orphans) {
            scan.problem = "too many orders there are nobody's here: the key is used elsewhere";
            scan.whole = false;
            break;
        }
    }
    co_return scan;
}

bool matches(const Orphan& orphan, const Claim& claim)
{
    if (!claim.expected || claim.expected->units <= 0 || !orphan.status.charge) return false;
    if (claim.pieces > 0 && orphan.status.remains.value_or(0) > claim.pieces) return false;
    return about_the_same(*orphan.status.charge, *claim.expected, claim.percent);
}

Judgement judge(const Scan& scan, const Claim& claim)
{
    auto not_for = [](std::string why) { return Judgement{{}, std::move(why)}; };
    if (!scan.problem.empty()) return not_for(scan.problem);
    if (!scan.whole) return not_for("not all numbers were looked at");
    if (scan.orphans.empty()) return not_for("no number is left over");
    if (scan.orphans.size() > 1) return not_for("more than one number is left over");
    const auto& only = scan.orphans.front();
    if (!matches(only, claim)) return not_for("its charge is not known to be this order's");
    if (claim.key_shared) return not_for("others order with the same key");
    if (claim.others_under_way) return not_for("an order that is on its way right now may have it");
    auto number = counted(only.number).value_or(0);
    for (const auto& rival : claim.rivals)
        if (rival.gap.has(number) &&
            (!rival.expected || about_the_same(*only.status.charge, *rival.expected, claim.percent)))
            return not_for(fmt::format("it may be order {}", rival.order.value));
    return {only.number, {}};
}

}  // namespace smg::orders
