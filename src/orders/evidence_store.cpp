#include "orders/evidence_store.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "jobs/job.hpp"
#include "orders/add_form.hpp"
#include "orders/attempt_store.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t max_detail_bytes = 1000;
constexpr int most_shown = 200;

void enqueue(db::Tx& tx, Time now, OrderId order, Time run_at)
{
    jobs::NewJob job;
    job.kind = evidence_job;
    job.payload = fmt::format(R"({{"order":{}}})", order.value);
    job.dedup_key = fmt::format("{}:{}", evidence_job, order.value);
    job.run_at = run_at;
    jobs::enqueue(tx, now, job);
}

}  // namespace

void keep_evidence(db::Tx& tx, EvidenceRow row)
{
    row.detail = cut(row.detail, max_detail_bytes);
    auto known = tx.first<std::int64_t>(
        "SELECT id FROM order_evidence WHERE attempt_id = ? AND kind = ? AND COALESCE(supplier_order_id, '') = ? LIMIT 1",
        row.attempt_id, row.kind, row.supplier_order_id.value_or(""));
    if (known)
        tx.execute("UPDATE order_evidence SET strength = ?, detail = ?, at = ? WHERE id = ?", row.strength, row.detail,
                   row.at, *known);
    else tx.insert("order_evidence", row);
}

void drop_candidates(db::Tx& tx, AttemptId attempt, const std::vector<std::string>& but)
{
    for (const auto& row :
         tx.select<EvidenceRow>("FROM order_evidence WHERE attempt_id = ? AND kind = ?", attempt, EvidenceKind::candidate))
        if (std::ranges::find(but, row.supplier_order_id.value_or("")) == but.end())
            tx.execute("DELETE FROM order_evidence WHERE id = ?", row.id);
}

std::vector<EvidenceRow> evidence_of(db::Tx& tx, OrderId order)
{
    return tx.select<EvidenceRow>("FROM order_evidence WHERE order_id = ? ORDER BY id LIMIT ?", order, most_shown);
}

json::array shown(const std::vector<EvidenceRow>& evidence)
{
    json::array out;
    for (const auto& row : evidence) {
        auto one = json::from(row);
        one.as_object().erase("order_id");
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<std::string> lines_of(const std::vector<EvidenceRow>& evidence)
{
    std::vector<std::string> lines;
    for (auto strength : {Strength::strong, Strength::weak})
        for (const auto& row : evidence)
            if (row.strength == strength) lines.push_back(fmt::format("{}: {}", word(strength), row.detail));
    return lines;
}

void note_duplicate_link(db::Tx& tx, Time now, OrderId order, ProviderId provider, const std::string& detail)
{
    auto attempt = tx.first<AttemptId>(
        "SELECT id FROM attempts WHERE order_id = ? AND api_provider_id = ? AND state IN (?, ?) ORDER BY n DESC LIMIT 1",
        order, provider, AttemptState::unknown, AttemptState::resolved_absent);
    if (attempt) keep_evidence(tx, {0, order, *attempt, EvidenceKind::duplicate_link, Strength::weak, {}, detail, now});
}

void enqueue_evidence(db::Tx& tx, Time now, OrderId order, ProviderId provider, const settings::Settings& settings)
{
    constexpr Duration soon = std::chrono::seconds(5);
    auto wait = settings.seconds("evidence.after_s");
    auto supplier = suppliers::find_provider(tx, provider);
    if (supplier && takes_repeats(*supplier)) wait = std::min(wait, soon);
    enqueue(tx, now, order, now + wait);
}

void enqueue_evidence_now(db::Tx& tx, Time now, OrderId order) { enqueue(tx, now, order, now); }

}  // namespace smg::orders
