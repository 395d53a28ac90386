#include "orders/lost_sends.hpp"

#include <fmt/core.h>

#include <bit>
#include <map>

#include "notices/notice_store.hpp"

namespace smg::orders {
namespace {

constexpr std::string_view reason = "lost_send";

struct LostSend {
    std::int64_t id = 0;
    std::string boot_id;
    AttemptId attempt_id;
    OrderId order_id;
    SiteId site_id;
    std::string identity, wp_order_number;
    ProviderId api_provider_id;
    std::string supplier_service_id;
    std::int64_t quantity = 0;
    std::string link_key;
    Time sent_at;
    suppliers::Verdict::Kind verdict = suppliers::Verdict::Kind::unknown;
    std::optional<std::string> supplier_order_id;
    std::optional<int> http_status;
    std::optional<std::string> body_sha256, body;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(LostSend, (),
                      (id, boot_id, attempt_id, order_id, site_id, identity, wp_order_number, api_provider_id,
                       supplier_service_id, quantity, link_key, sent_at, verdict, supplier_order_id, http_status,
                       body_sha256, body, created_at))

LostSend row_of(Time now, const std::string& boot_id, const SendRecord& send)
{
    const auto& go = send.go;
    LostSend lost{.boot_id = boot_id,
                  .attempt_id = go.attempt_id,
                  .order_id = go.order_id,
                  .site_id = go.site_id,
                  .identity = go.identity,
                  .wp_order_number = go.wp_order_number,
                  .api_provider_id = go.api_provider_id,
                  .supplier_service_id = go.service,
                  .quantity = go.quantity,
                  .link_key = go.link_key,
                  .sent_at = go.at,
                  .supplier_order_id = {},
                  .http_status = {},
                  .body_sha256 = {},
                  .body = {},
                  .created_at = now};
    if (!send.reply) return lost;
    lost.verdict = send.reply->verdict;
    if (!send.reply->supplier_order_id.empty()) lost.supplier_order_id = send.reply->supplier_order_id;
    if (send.reply->http_status > 0) lost.http_status = send.reply->http_status;
    if (!send.reply->body.empty()) lost.body = send.reply->body, lost.body_sha256 = send.reply->body_sha256;
    return lost;
}

std::string words_for(suppliers::Verdict::Kind verdict, const std::optional<std::string>& number, Time sent_at)
{
    if (verdict == suppliers::Verdict::Kind::accepted)
        return fmt::format("the database had lost this order: the supplier has had it since {} under the number {}",
                           iso(sent_at), number.value_or("?"));
    return fmt::format("the database had lost this order: it was sent at {}, and the supplier may have it", iso(sent_at));
}

}  // namespace

bool add_lost_send(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& send)
{
    try {
        tx.insert("lost_sends", row_of(now, boot_id, send));
        return true;
    } catch (const db::DuplicateKey&) {
        return false;
    }
}

void hold_lost(db::Tx& tx, std::span<Draft> drafts)
{
    if (drafts.empty()) return;
    std::vector<db::Param> params{db::to_param(tx.dialect(), suppliers::Verdict::Kind::rejected)};
    std::string marks;
    // Filled up to a power of two, so that few statements are prepared.
    for (std::size_t i = 0, filled = std::bit_ceil(drafts.size()); i < filled; ++i) {
        marks += marks.empty() ? "?" : ", ?";
        params.push_back(db::to_param(tx.dialect(), drafts[std::min(i, drafts.size() - 1)].order.identity));
    }
    auto lost = tx.query_with<LostSend>(
        "SELECT " + db::columns<LostSend>() + " FROM lost_sends WHERE verdict <> ? AND identity IN (" + marks + ")",
        std::move(params));
    for (const auto& send : lost)
        for (auto& draft : drafts) {
            auto& order = draft.order;
            if (order.site_id != send.site_id || order.identity != send.identity) continue;
            order.phase = Phase::review;
            order.status = status_of(order.phase);
            order.reason = reason;
            order.reason_text = words_for(send.verdict, send.supplier_order_id, send.sent_at);
        }
}

void tell_of_lost(db::Tx& tx, Time now, const std::string& boot_id, const SendRecord& first, std::int64_t count,
                  const settings::Settings& settings)
{
    notices::NewNotice notice;
    notice.kind = notices::Kind::decision_needed;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("lost_sends:{}:{}", boot_id, first.go.attempt_id.value);
    notice.values = {
        {"subject", fmt::format("{} orders that were sent are not in the database", count)},
        {"reason", fmt::format("the first is {} of site {}; the table lost_sends has them all, and should a shop "
                               "send one again, it waits for review",
                               first.go.wp_order_number, first.go.site_id.value)}};
    notices::raise(tx, now, notices::language_of(settings), notice);
}

}  // namespace smg::orders
