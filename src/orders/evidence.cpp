#include "orders/evidence.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "orders/charge.hpp"
#include "orders/found.hpp"
#include "orders/order_notices.hpp"
#include "orders/order_store.hpp"
#include "orders/waiting.hpp"
#include "suppliers/balance_jobs.hpp"
#include "suppliers/price.hpp"

namespace smg::orders {
namespace {

constexpr Duration seldom = std::chrono::hours(6);
constexpr int most_rivals = 200;

EvidenceRow row_of(const Attempt& attempt, Time now, EvidenceKind kind, Strength strength, std::string detail)
{
    return {0, attempt.order_id, attempt.id, kind, strength, {}, std::move(detail), now};
}

std::string sentence_of(const Orphan& orphan, std::int64_t pieces)
{
    const auto& status = orphan.status;
    auto text =
        fmt::format("the supplier has an order {} of ours that is nobody's here: {}", orphan.number, status.raw_word);
    if (status.charge) text += fmt::format(", charge {} {}", status.charge->text(), status.currency);
    if (status.remains) text += fmt::format(", remains {}", *status.remains);
    if (status.start_count) text += fmt::format(", start count {}", *status.start_count);
    if (pieces > 0 && status.remains.value_or(0) > pieces) text += fmt::format(", more than the {} ordered", pieces);
    return text;
}

// As long as people were not told that it is over: the longer ago, the less often.
Time next_look(Time now, const Attempt& attempt, const settings::Settings& settings)
{
    auto age = now - attempt.done_at.value_or(attempt.prepared_at);
    return now + std::clamp<Duration>(age, settings.seconds("evidence.every_s"),
                                      std::max(seldom, settings.seconds("evidence.every_s")));
}

bool young(Time now, const Attempt& attempt, const settings::Settings& settings)
{
    constexpr int most_quick_looks = 15;
    auto age = now - attempt.done_at.value_or(attempt.prepared_at);
    return age < most_quick_looks * settings.seconds("evidence.balance_apart_s");
}

}  // namespace

Result<Evidence::Case> Evidence::open(db::Tx& tx, OrderId id) const
{
    auto order = find_order(tx, id);
    auto attempt = order && order->phase == Phase::uncertain ? unknown_attempt(tx, id) : std::nullopt;
    auto provider = attempt ? suppliers::find_provider(tx, attempt->api_provider_id) : std::nullopt;
    if (!provider) return fail(Code::not_found, "nothing to find out");
    auto endpoint = suppliers::endpoint_of(tx, desk_.master, desk_.settings, *provider);
    if (!endpoint) return fail(endpoint.error());
    auto expected = attempt->estimated_charge;
    if (!expected) expected = usual_charge(tx, provider->id, attempt->supplier_service_id, *order);
    auto gap = gap_of(tx, *attempt);
    return Case{std::move(*order), std::move(*attempt), std::move(*provider), std::move(*endpoint), expected, gap};
}

Async<jobs::Outcome> Evidence::gather(jobs::Job job)
{
    OrderId id{number_in(job.payload, "order")};
    auto look = [&](db::Tx& tx) { return open(tx, id); };
    auto opened = co_await desk_.db.read(std::move(look));
    if (!opened && opened.error().code == Code::not_found) co_return jobs::Done{};  // decided meanwhile
    if (!opened) co_return jobs::Park{opened.error().message, desk_.clock.now() + seldom};
    auto one = std::move(*opened);
    bool settled = co_await ask_again(one);
    if (settled) co_return jobs::Done{};
    co_await learn_price(one);
    auto scan = co_await search(one);
    if (scan) {
        auto write = [&](db::Tx& tx) { return settle(tx, one, *scan); };
        auto found = co_await desk_.db.write(std::move(write));
        if (found && *found) co_return jobs::Done{};
        if (!found) log::info("order {}: {}", id.value, found.error().message);
    }
    bool unsettled = co_await look_into_books(one);
    auto now = desk_.clock.now();
    auto next = next_look(now, one.attempt, desk_.settings);
    // A second balance settles the books; one that keeps changing is left for later.
    if (unsettled && one.provider.api_check && young(now, one.attempt, desk_.settings))
        next = std::min(next, now + desk_.settings.seconds("evidence.balance_apart_s"));
    co_return jobs::Park{"nobody has decided yet", next};
}

// The supplier's own list, when no earlier order of the service tells.
Async<void> Evidence::learn_price(Case& one) const
{
    if (!one.expected) {
        suppliers::ApiClient client(desk_.http, one.endpoint, desk_.traffic);
        auto catalogue = co_await client.services();
        if (catalogue)
            one.expected = suppliers::price_of(*catalogue, one.attempt.supplier_service_id, charged_pieces(one.order));
    }
    if (!one.expected || one.attempt.estimated_charge) co_return;
    auto write = [&](db::Tx& tx) -> Result<void> {
        tx.execute("UPDATE attempts SET estimated_charge = ? WHERE id = ?", *one.expected, one.attempt.id);
        return {};
    };
    co_await desk_.db.write(std::move(write));
}

Async<std::optional<Scan>> Evidence::search(const Case& one) const
{
    if (!one.provider.gap_scan) co_return std::nullopt;
    Scan nowhere;
    nowhere.problem = "no number is known that this supplier gave before the request";
    if (!one.gap) co_return nowhere;
    suppliers::ApiClient client(desk_.http, one.endpoint, desk_.traffic);
    auto calls = static_cast<int>(desk_.settings.integer("evidence.scan_calls"));
    co_return co_await scan_gap(desk_.db, client, one.provider.id, *one.gap, calls);
}

Claim Evidence::claim_of(db::Tx& tx, const Case& one) const
{
    Claim claim{one.expected, charged_pieces(one.order), desk_.settings.integer("evidence.tolerance_percent"),
                one.provider.key_shared};
    claim.others_under_way =
        tx.first<std::int64_t>("SELECT id FROM attempts WHERE api_provider_id = ? AND state = ? LIMIT 1", one.provider.id,
                               AttemptState::sending)
            .has_value();
    return claim;
}

// Only asked when nothing else speaks against the candidate: it is much to read.
void Evidence::add_rivals(db::Tx& tx, const Case& one, Claim& claim) const
{
    auto others = tx.select<Attempt>(
        "FROM attempts WHERE api_provider_id = ? AND state IN (?, ?) AND id <> ? ORDER BY id DESC LIMIT ?", one.provider.id,
        AttemptState::unknown, AttemptState::resolved_absent, one.attempt.id, most_rivals);
    claim.others_under_way = claim.others_under_way || std::ssize(others) == most_rivals;  // too many to tell them apart
    if (claim.others_under_way) return;
    UsualCharges usual(tx, one.provider.id);
    for (const auto& other : others) {
        auto order = find_order(tx, other.order_id);
        auto expected = other.estimated_charge;
        if (!expected && order) expected = usual.of(*order, other.supplier_service_id);
        claim.rivals.push_back({other.order_id, gap_of(tx, other).value_or(Gap{}), expected});
    }
}

// What the search found, to be seen; and when it leaves no doubt, the order goes on by it.
Result<bool> Evidence::settle(db::Tx& tx, const Case& one, const Scan& seen) const
{
    auto now = desk_.clock.now();
    auto order = find_order(tx, one.order.id);
    auto attempt = unknown_attempt(tx, one.order.id);
    if (!order || order->phase != Phase::uncertain || !attempt || attempt->id != one.attempt.id) return true;
    auto scan = seen;
    std::vector<std::string> numbers;
    for (const auto& orphan : scan.orphans) numbers.push_back(orphan.number);
    auto taken = taken_numbers(tx, one.provider.id, numbers);  // by an answer that has come since
    std::erase_if(scan.orphans, [&](const auto& one_of) { return std::ranges::find(taken, one_of.number) != taken.end(); });
    std::erase_if(numbers, [&](const auto& number) { return std::ranges::find(taken, number) != taken.end(); });
    if (scan.problem.empty()) drop_candidates(tx, attempt->id, numbers);
    auto claim = claim_of(tx, one);
    auto judged = judge(scan, claim);
    if (judged.number) {
        add_rivals(tx, one, claim);
        judged = judge(scan, claim);
    }
    for (const auto& orphan : scan.orphans) {
        auto row = row_of(*attempt, now, EvidenceKind::candidate, matches(orphan, claim) ? Strength::strong : Strength::weak,
                          sentence_of(orphan, claim.pieces));
        if (claim.key_shared) row.strength = Strength::weak;
        row.supplier_order_id = orphan.number;
        keep_evidence(tx, std::move(row));
    }
    auto why = scan.sentence();
    if (!judged.number && scan.problem.empty()) why += "; not settled by the program: " + judged.why_not;
    keep_evidence(tx, row_of(*attempt, now, EvidenceKind::scan, Strength::weak, why));
    if (!judged.number) return false;
    Because because{fmt::format("{}; its charge is this order's, and no other order can have it", why),
                    scan.orphans.front().status.reply};
    auto moved = settle_found(tx, now, *order, *judged.number, {}, because);
    if (!moved) return fail(moved.error());
    notices::mark_order_seen(tx, now, order->id, "SMG CRM");
    return true;
}

// Asks for the balance and shows what it says; true while it has not settled. The books may be long: they are read beside
// the writers, and only what they say is written.
Async<bool> Evidence::look_into_books(const Case& one) const
{
    if (one.provider.api_check) {
        auto provider = one.provider;
        auto endpoint = one.endpoint;
        co_await suppliers::ask_balance(desk_, std::move(provider), std::move(endpoint));
    }
    auto read = [&](db::Tx& tx) { return read_books_of(tx, one); };
    auto books = co_await desk_.db.read(std::move(read));
    auto found =
        books ? read_books(*books, one.expected, desk_.settings.integer("evidence.tolerance_percent")) : std::nullopt;
    auto write = [&](db::Tx& tx) -> Result<void> {
        auto attempt = find_attempt(tx, one.attempt.id);
        if (found && attempt && attempt->state == AttemptState::unknown)
            keep_evidence(tx, row_of(*attempt, desk_.clock.now(), EvidenceKind::balance, found->strength, found->sentence));
        auto order = find_order(tx, one.order.id);
        if (order) reword_uncertain(tx, *order, lines_of(evidence_of(tx, order->id)), desk_.settings);
        return {};
    };
    co_await desk_.db.write(std::move(write));
    co_return books && !books->settled;
}

std::optional<Books> Evidence::read_books_of(db::Tx& tx, const Case& one) const
{
    auto attempt = find_attempt(tx, one.attempt.id);
    if (!attempt || attempt->state != AttemptState::unknown) return std::nullopt;
    return books_of(tx, *attempt, one.provider, desk_.settings.seconds("evidence.balance_apart_s"));
}

}  // namespace smg::orders
