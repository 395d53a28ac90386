#include <fmt/core.h>

#include <set>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "orders/email.hpp"
#include "orders/intake.hpp"
#include "orders/link.hpp"
#include "suppliers/order_type.hpp"

namespace smg::orders {
namespace {

constexpr std::size_t longest_number = 64, longest_word = 64, longest_name = 255, longest_url = 2048, longest_text = 10'000;
constexpr std::size_t longest_idempotency_key = 255;

/// Collects what is wrong, in Laravel's words, and gives what is right.
class Reader {
public:
    explicit Reader(std::vector<FieldError>& wrong) : wrong_(wrong) {}

    void complain(const char* field, std::string message)
    {
        wrong_.push_back({field, json::about(field, std::move(message))});
    }

    std::optional<std::string> text(const char* field, const std::optional<std::string>& in, std::size_t most)
    {
        if (!in) return std::nullopt;
        auto value = std::string(trimmed(*in));
        if (value.empty()) return std::nullopt;
        for (unsigned char c : value)
            if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
                complain(field, "The :attribute field must not hold control characters.");
                return std::nullopt;
            }
        if (code_points(value) > most)
            complain(field, fmt::format("The :attribute field must not be greater than {} characters.", most));
        return value;
    }

    std::string required(const char* field, const std::optional<std::string>& in, std::size_t most)
    {
        auto before = wrong_.size();
        auto value = text(field, in, most);
        if (!value && wrong_.size() == before) complain(field, "The :attribute field is required.");
        return value.value_or("");
    }

private:
    std::vector<FieldError>& wrong_;
};

// Length before each piece, so that no two lists of pieces give the same text.
void append(std::string& all, std::string_view piece) { all += fmt::format("{}:{}", piece.size(), piece); }

std::string hash_of_content(const Order& order, const std::map<std::string, std::string>& params)
{
    std::string all;
    for (const auto& piece : {order.supplier_id.value_or(""), order.supplier_service_id.value_or(""), order.product_service,
                              order.url, std::to_string(order.quantity), order.order_type})
        append(all, piece);
    for (const auto& [name, value] : params) {
        append(all, name);
        append(all, value);
    }
    return sha256_hex(all);
}

std::string identity_of(std::string_view number, std::string_view kind, std::string_view line)
{
    std::string all;
    append(all, number);
    append(all, kind);
    append(all, line);
    return sha256_hex(all);
}

// What is of the wrong JSON type is complained of and left out, so that all else that is wrong is said in the same answer.
Result<CreateOrder> read_readable(const json::object& body, std::vector<FieldError>& wrong)
{
    auto in = json::to<CreateOrder>(body);
    if (in || in.error().fields.empty()) return in;
    wrong = in.error().fields;
    auto readable = body;
    for (const auto& field : wrong) readable.erase(field.field);
    return json::to<CreateOrder>(readable);
}

// The first complaint about each field: one of the wrong type is not missing as well.
std::vector<FieldError> one_each(std::vector<FieldError> wrong)
{
    std::set<std::string> seen;
    std::erase_if(wrong, [&](const FieldError& error) { return !seen.insert(error.field).second; });
    return wrong;
}

void read_words(Reader& reader, const CreateOrder& in, Order& order)
{
    order.wp_order_number = reader.required("wp_order_number", in.wp_order_number, longest_number);
    order.product_service = reader.required("product_service", in.product_service, longest_name);
    order.client_email = reader.required("client_email", in.client_email, longest_name);
    order.telegram = reader.text("telegram", in.telegram, longest_name);
    order.url_site = reader.text("url_site", in.url_site, longest_url);
    order.api_type = reader.text("api_type", in.api_type, longest_word);
    order.supplier_id = reader.text("supplier_id", in.supplier_id, longest_word);
    order.supplier_service_id = reader.text("supplier_service_id", in.supplier_service_id, longest_word);
    order.type_payment = reader.text("type_payment", in.type_payment, longest_word);
    order.notes = reader.text("notes", in.notes, longest_text);
    order.item_id = reader.text("item_id", in.item_id, longest_word);
    order.email_key = email_key(order.client_email);
}

void read_amount_and_date(Reader& reader, const CreateOrder& in, const sites::Site& site, Time now, Draft& draft)
{
    draft.order.total_amount = in.total_amount;
    if (in.total_amount && in.total_amount->units < 0)
        reader.complain("total_amount", "The :attribute field must not be negative.");
    draft.currency = reader.text("currency", in.currency, longest_word).value_or("");
    for (char& c : draft.currency)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!draft.currency.empty() &&
        (draft.currency.size() != 3 || draft.currency.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos))
        reader.complain("currency", "The :attribute field must be a code of three letters, e.g. UAH.");
    draft.order.date = now;
    auto date = reader.text("date", in.date, longest_word);
    if (!date) return;
    auto time = parse_date(*date, site.time_zone);
    if (!time) reader.complain("date", "The :attribute field must be a valid date.");
    else draft.order.date = *time;
}

// The fields of the order type, checked by the one table that the sending uses too.
std::map<std::string, std::string> read_params(const CreateOrder& in, const json::object& body, Reader& reader,
                                               std::vector<FieldError>& wrong, Order& order)
{
    auto word = reader.text("order_type", in.order_type, longest_word).value_or("Default");
    auto type = suppliers::find_order_type(word);
    if (!type) {
        reader.complain("order_type", "The selected :attribute is invalid.");
        return {};
    }
    order.order_type = type->name;
    auto params = suppliers::params_in(*type, body);
    if (!params) {
        wrong.insert(wrong.end(), params.error().fields.begin(), params.error().fields.end());
        return {};
    }
    suppliers::OrderFields given{std::string(trimmed(in.url.value_or(""))), in.quantity, std::move(*params)};
    auto valid = suppliers::validate(word, given);
    if (!valid) {
        wrong.insert(wrong.end(), valid.error().fields.begin(), valid.error().fields.end());
        return {};
    }
    order.url = valid->fields.link;
    order.link_key = link_key(order.url.empty() ? valid->fields.params["username"] : order.url);
    order.quantity = type->needs_quantity() ? valid->fields.quantity.value_or(0) : valid->charged_quantity;
    order.params = json::from(valid->fields.params);
    return valid->fields.params;
}

std::size_t unknown_fields(const json::object& body, const std::map<std::string, std::string>& params)
{
    std::set<std::string_view> known;
    json::each_member<CreateOrder>([&](std::string_view name, auto) { known.insert(name); });
    std::size_t count = 0;
    for (const auto& [name, value] : body)
        count += !known.contains(std::string_view(name)) && !params.contains(std::string(name));
    return count;
}

}  // namespace

std::string line_identity(std::string_view wp_order_number, std::string_view item_id)
{
    return identity_of(trimmed(wp_order_number), "item", trimmed(item_id));
}

Result<Draft> read_draft(const json::object& body, std::string_view idempotency_key, const sites::Site& site, Time now)
{
    std::vector<FieldError> wrong;
    auto in = read_readable(body, wrong);
    if (!in) return fail(in.error());
    Draft draft;
    auto& order = draft.order;
    Reader reader(wrong);
    read_words(reader, *in, order);
    auto params = read_params(*in, body, reader, wrong, order);
    read_amount_and_date(reader, *in, site, now, draft);
    if (code_points(order.url) > longest_url)
        reader.complain("url", "The :attribute field must not be greater than 2048 characters.");
    if (idempotency_key.size() > longest_idempotency_key)
        reader.complain("Idempotency-Key", "The :attribute header must not be longer than 255 bytes.");
    if (!wrong.empty()) return fail(json::invalid_fields(one_each(std::move(wrong))));

    order.site_id = site.id;
    order.currency_id = site.currency_id;
    order.created_at = order.updated_at = now;
    order.content_hash = hash_of_content(order, params);
    order.identity = order.item_id ? line_identity(order.wp_order_number, *order.item_id)
                                   : identity_of(order.wp_order_number, "content", order.content_hash);
    if (!idempotency_key.empty()) draft.alias_hash = sha256_hex("idempotency-key:" + std::string(idempotency_key));
    draft.ignored_fields = unknown_fields(body, params);
    return draft;
}

}  // namespace smg::orders
