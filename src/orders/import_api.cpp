#include "orders/import_api.hpp"

#include <fmt/core.h>

#include "audit/audit_log.hpp"
#include "base/random.hpp"
#include "http/bind.hpp"
#include "orders/import_lines.hpp"
#include "orders/intake.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::Method;

constexpr std::size_t most_previewed = 200;  // rows that are shown; all are judged

struct Import {
    SiteId site_id;
    std::string format, text;
    std::optional<json::value> defaults;
    std::optional<bool> preview;
};
BOOST_DESCRIBE_STRUCT(Import, (), (site_id, format, text, defaults, preview))

Result<std::vector<ImportLine>> lines_of(const Import& in)
{
    if (in.defaults && !in.defaults->is_object()) return fail_field("defaults", "The defaults field must be an object.");
    auto defaults = in.defaults ? in.defaults->get_object() : json::object();
    auto lines = in.format == "lines" ? read_lines(in.text, defaults)
                 : in.format == "csv" ? read_csv(in.text, defaults)
                                      : fail_field("format", "The format must be lines or csv.");
    if (lines && lines->empty()) return fail_field("text", "There is no order in this text.");
    return lines;
}

// An order by hand has a number of its own when its line gives none.
void number_lines(std::vector<ImportLine>& lines, const std::string& name)
{
    for (auto& line : lines)
        if (!line.fields.contains("wp_order_number")) line.fields["wp_order_number"] = fmt::format("{}-{}", name, line.line);
}

json::object judged(const ImportLine& line, const sites::Site& site, Time now, bool& good)
{
    auto draft = read_draft(line.fields, "", site, now);
    good = draft.has_value();
    json::object errors;
    if (!draft)
        for (const auto& wrong : draft.error().fields) errors[wrong.field] = json::array{wrong.message};
    json::object row;
    row["line"] = line.line;
    row["ok"] = good;
    row["errors"] = std::move(errors);
    row["order"] = line.fields;
    return row;
}

json::object preview_of(const std::vector<ImportLine>& lines, const sites::Site& site, Time now)
{
    json::array rows;
    std::int64_t good = 0, bad = 0;
    for (const auto& line : lines) {
        bool fits = false;
        auto row = judged(line, site, now, fits);
        ++(fits ? good : bad);
        if (rows.size() < most_previewed || !fits) rows.push_back(std::move(row));
    }
    json::object out;
    out["rows"] = std::move(rows);
    out["good"] = good;
    out["bad"] = bad;
    return out;
}

// POST /api/v1/order-imports
Async<Result<http::Reply<json::object>>> import(BatchDesk& desk, Caller caller, Import in, const http::Request& request)
{
    auto site = co_await desk.callers.site(in.site_id);
    if (!site || !site->is_active || !caller.may_see(in.site_id))
        co_return fail_field("site_id", "The selected site id is invalid.");
    auto lines = lines_of(in);
    if (!lines) co_return fail(lines.error());
    number_lines(*lines, "hand-" + random_uuid().substr(0, 8));
    if (in.preview.value_or(false))
        co_return http::Reply<json::object>{http::data_of(preview_of(*lines, *site, desk.clock.now())), 200};
    auto key = key_of(caller, request);
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        auto before = begun_before(tx, key);
        if (!before) return fail(before.error());
        if (*before) return http::replayed(http::data_of(shown(tx, **before)));
        std::vector<BatchLine> rows;
        for (const auto& line : *lines) rows.push_back({.draft = json::value(line.fields)});
        auto batch = begin_batch(tx, desk.clock.now(), caller, "import", json::object{{"site_id", in.site_id.value}},
                                 std::move(rows), key);
        if (!batch) return fail(batch.error());
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "order.import", fmt::format("site {}", in.site_id.value),
                    fmt::format("{} orders", lines->size()));
        return http::Reply<json::object>{http::data_of(shown(tx, *batch)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

// As the API reference shows it; a test compares it with what is answered.
struct ImportRow {
    std::int64_t line = 0;
    bool ok = false;
    json::object errors, order;
};
BOOST_DESCRIBE_STRUCT(ImportRow, (), (line, ok, errors, order))

struct ImportPreview {
    std::vector<ImportRow> rows;
    std::int64_t good = 0, bad = 0;
};
BOOST_DESCRIBE_STRUCT(ImportPreview, (), (rows, good, bad))

}  // namespace

http::Routes import_routes(BatchDesk& desk)
{
    return {
        {Method::POST, "/api/v1/order-imports", Access::manager, http::bind<import>(desk),
         http::about("Adds many orders by hand from text")
             .more("`format` is `lines` (one order a line: link, quantity) or `csv` (with a line of names). With `preview` "
                   "nothing is done, and the answer (200) judges each line.")
             .gives<Data<ShownBatch>>(201)
             .or_gives<Data<ImportPreview>>(200)
             .idempotent()
             .example(
                 R"({"site_id":1,"format":"csv","text":"url,quantity\nhttps://t.me/example,100\n","defaults":{"product_service":"Telegram members","client_email":"buyer@example.com","supplier_id":"1","supplier_service_id":"101"}})")}};
}

}  // namespace smg::orders
