#include "exports/export_api.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "audit/audit_log.hpp"
#include "exports/export_store.hpp"
#include "http/bind.hpp"

namespace smg::exports {
namespace {

using http::Access;
using http::Caller;
using http::Data;
using http::List;
using http::Method;

constexpr std::int64_t most_unfinished = 5;  // of one person
constexpr std::size_t most_columns = 100;

struct NewExport {
    std::optional<std::string> list;  // `orders`, when it is not said
    Format format = Format::csv;
    std::optional<json::value> filter;
    std::optional<std::vector<std::string>> columns;
    std::optional<Language> language;
};
BOOST_DESCRIBE_STRUCT(NewExport, (), (list, format, filter, columns, language))

std::string file_name(const Export& one)
{
    auto at = iso(one.created_at);
    return fmt::format("{}-{}-{}.{}", one.list, at.substr(0, std::string_view("2026-01-01").size()), one.id,
                       word(one.format));
}

struct ShownExport {
    std::int64_t id = 0;
    std::string list;
    Format format = Format::csv;
    State state = State::queued;
    std::int64_t total = 0, rows = 0, size = 0;
    std::optional<std::string> error;
    std::string file_name;
    Time created_at;
    std::optional<Time> expires_at;
};
BOOST_DESCRIBE_STRUCT(ShownExport, (),
                      (id, list, format, state, total, rows, size, error, file_name, created_at, expires_at))

json::value shown(const Export& one)
{
    return json::from(ShownExport{one.id, one.list, one.format, one.state, one.total, one.written, one.size, one.error,
                                  file_name(one), one.created_at, one.expires_at});
}

std::int64_t most_rows(const ExportDesk& desk, Format format)
{
    return desk.settings.integer(format == Format::pdf ? "exports.max_pdf_rows" : "exports.max_rows");
}

// POST /api/v1/exports
Async<Result<http::Reply<json::object>>> begin(ExportDesk& desk, Caller caller, NewExport in)
{
    auto source = find_source(desk.sources, in.list.value_or("orders"));
    if (!source) co_return fail_field("list", "The selected list is invalid.");
    Asked asked;
    if (in.filter) asked.filter = *in.filter;
    if (!asked.filter.is_object()) co_return fail_field("filter", "The filter field must be an object.");
    asked.columns = in.columns.value_or(std::vector<std::string>{});
    if (asked.columns.size() > most_columns) co_return fail_field("columns", "These are too many columns.");
    asked.language = in.language.value_or(Language::uk);
    // Much may have to be counted: beside the writers.
    auto most = most_rows(desk, in.format);
    auto look = [&](db::Tx& tx) { return source->count(tx, caller, asked, most + 1); };
    auto total = co_await desk.db.read(std::move(look));
    if (!total) co_return fail(total.error());
    if (*total > most) co_return fail_field("filter", fmt::format("These are more than {} rows: narrow the filter.", most));
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        if (unfinished(tx, caller) >= most_unfinished)
            return fail(Code::conflict, "Your other exports are still being made: wait for them.");
        Export wanted;
        wanted.list = source->name;
        wanted.format = in.format;
        wanted.language = asked.language;
        wanted.filter = asked.filter;
        wanted.columns = json::from(asked.columns);
        wanted.total = *total;
        auto one = begin_export(tx, desk.clock.now(), caller, std::move(wanted));
        audit::note(tx, desk.clock.now(), audit::actor_of(caller), "export", fmt::format("export {}", one.id),
                    fmt::format("{} {} as {}", *total, one.list, word(one.format)));
        return http::Reply<json::object>{http::data_of(shown(one)), 202};
    };
    co_return co_await desk.db.write(std::move(write));
}

// GET /api/v1/exports
Async<Result<json::object>> list(ExportDesk& desk, Caller caller)
{
    auto look = [&](db::Tx& tx) {
        json::array rows;
        for (const auto& one : own_exports(tx, caller)) rows.push_back(shown(one));
        return http::data_of(std::move(rows));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct OneExport {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneExport, (), (id))

std::unexpected<Error> unknown() { return fail(Code::not_found, "There is no such export."); }

// GET /api/v1/exports/{id}
Async<Result<json::object>> show(ExportDesk& desk, Caller caller, OneExport in)
{
    auto look = [&](db::Tx& tx) -> Result<json::object> {
        auto one = find_own(tx, caller, in.id);
        if (!one) return unknown();
        return http::data_of(shown(*one));
    };
    co_return co_await desk.db.read(std::move(look));
}

Result<http::Response> file_of(db::Tx& tx, const Caller& caller, std::int64_t id, Time now)
{
    auto one = find_own(tx, caller, id);
    if (!one || (one->expires_at && *one->expires_at < now)) return unknown();
    if (one->state != State::done) return fail(Code::conflict, "The file is not made yet.");
    http::Response response;
    response.content_type = content_type_of(one->format);
    response.headers = {{"Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name(*one))},
                        {"Cache-Control", "private, no-store"},
                        {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    for (std::int64_t n = 0; std::ssize(response.body) < one->size; ++n) {
        auto bytes = piece(tx, one->id, n);
        if (!bytes) return fail(Code::failed, "A piece of the file is missing: export it again.");
        response.body += *bytes;
    }
    return response;
}

// GET /api/v1/exports/{id}/file
Async<Result<http::Response>> download(ExportDesk& desk, Caller caller, OneExport in)
{
    auto look = [&](db::Tx& tx) { return file_of(tx, caller, in.id, desk.clock.now()); };
    co_return co_await desk.db.read(std::move(look));
}

// DELETE /api/v1/exports/{id}: one that is being made ends.
Async<Result<void>> remove(ExportDesk& desk, Caller caller, OneExport in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (!find_own(tx, caller, in.id)) return unknown();
        remove_export(tx, in.id);
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

const Source* find_source(const Sources& sources, std::string_view name)
{
    auto found = std::ranges::find(sources, name, &Source::name);
    return found == sources.end() ? nullptr : &*found;
}

http::Routes export_routes(ExportDesk& desk)
{
    return {
        {Method::POST, "/api/v1/exports", Access::user, http::bind<begin>(desk),
         http::about("Begins to make a file of a list")
             .more("`filter` is that of the list; `columns` are names of its columns, all without it.")
             .gives<Data<ShownExport>>(202)
             .example(R"({"format":"csv","filter":{},"language":"en"})")},
        {Method::GET, "/api/v1/exports", Access::user, http::bind<list>(desk),
         http::about("One's own exports, the newest first").gives<List<ShownExport>>()},
        {Method::GET, "/api/v1/exports/{id}", Access::user, http::bind<show>(desk),
         http::about("How far an export is").gives<Data<ShownExport>>()},
        {Method::GET, "/api/v1/exports/{id}/file", Access::user, http::bind<download>(desk),
         http::about("The file, when it is made").gives_file("application/octet-stream")},
        {Method::DELETE, "/api/v1/exports/{id}", Access::user, http::bind<remove>(desk),
         http::about("Removes an export; one that is being made ends")},
    };
}

}  // namespace smg::exports
