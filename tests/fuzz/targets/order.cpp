// createOrder's body: an accepted draft fits its columns in UTF-8 without control characters, has an identity that depends
// on what is ordered alone, and is the same order when its JSON is written out again or carries a field that nobody knows.
#include "base/text.hpp"
#include "http/body.hpp"
#include "orders/intake.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

using orders::Draft;

constexpr Time now{std::chrono::hours(24 * 20'000)};

void check_text(const std::optional<std::string>& text, std::size_t most)
{
    if (!text) return;
    must(valid_utf8(*text) && code_points(*text) <= most, *text);
    for (unsigned char c : *text) must(c >= 0x20 || c == '\n' || c == '\r' || c == '\t', *text);
}

// The widths of migrations/0001 and 0002.
void check_columns(const orders::Order& order)
{
    check_text(order.wp_order_number, 64);
    check_text(order.product_service, 255);
    check_text(order.client_email, 255);
    check_text(order.telegram, 255);
    check_text(order.url_site, 2048);
    check_text(order.url, 2048);
    for (const auto& word :
         {order.api_type, order.supplier_id, order.supplier_service_id, order.type_payment, order.item_id})
        check_text(word, 64);
    check_text(order.notes, 10'000);
    check_text(order.email_key, 255);
    check_text(order.link_key, 191);
    must(!order.wp_order_number.empty() && !order.product_service.empty() && !order.client_email.empty());
    must(order.quantity >= 0 && order.total_amount.value_or(Money{}).units >= 0);
    must(order.identity.size() == 64 && order.content_hash.size() == 64);
    auto params = json::text_of(order.params);
    must(valid_utf8(params) && params.size() <= 65'535, params);
}

Result<Draft> read(const json::object& body, std::string_view key = {})
{
    sites::Site site;
    site.id = SiteId{3};
    site.currency_id = 1;
    return orders::read_draft(body, key, site, now);
}

void check_same(const Result<Draft>& other, const Draft& draft)
{
    must(other && other->order.identity == draft.order.identity);
    must(other->order.content_hash == draft.order.content_hash);
    must(json::text_of(json::from(other->order)) == json::text_of(json::from(draft.order)));
}

}  // namespace

// First line: j for JSON, f for a form; then the body.
void one_input(std::string_view input)
{
    http::Request request;
    request.method = http::Method::POST;
    auto kind = first_line(input);
    request.headers = {{"content-type", kind == "f" ? "application/x-www-form-urlencoded" : "application/json"}};
    request.body = input;
    auto body = http::read_input(request);
    if (!body) return;
    auto draft = read(body->values);
    if (!draft) {
        must(draft.error().code == Code::invalid && !draft.error().message.empty() && !draft.error().fields.empty(), input);
        for (const auto& [field, message] : draft.error().fields) must(valid_utf8(field + message), message);
        return;
    }
    check_columns(draft->order);
    must(draft->currency.empty() || draft->currency.size() == 3, draft->currency);

    auto written = json::parse(json::text_of(body->values));
    must(written.has_value(), input);
    check_same(read(written->get_object()), *draft);
    auto more = body->values;
    more["a field that nobody knows"] = 1;
    auto with_more = read(more);
    check_same(with_more, *draft);
    bool had = body->values.contains("a field that nobody knows");
    must(with_more->ignored_fields == draft->ignored_fields + (had ? 0 : 1), input);
    auto keyed = read(body->values, "k");
    check_same(keyed, *draft);
    must(keyed->alias_hash && !draft->alias_hash);
}

}  // namespace smg::fuzz
