#include "exports/export_job.hpp"

#include <fmt/core.h>

#include "base/log.hpp"

namespace smg::exports {
namespace {

std::int64_t export_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("export") : nullptr;
    return found ? json::as_integer(*found).value_or(0) : 0;
}

struct Opened {
    Export one;
    std::optional<http::Caller> caller;
    const Source* source = nullptr;
    Asked asked;
};

std::optional<Opened> open(db::Tx& tx, const ExportWork& work, std::int64_t id)
{
    auto one = find_export(tx, id);
    if (!one || one->state == State::done || one->state == State::failed || !begin_anew(tx, id)) return std::nullopt;
    Opened opened;
    opened.caller = one->user_id ? work.person(tx, *one->user_id) : std::optional(caller_of(*one));
    opened.source = find_source(work.sources, one->list);
    opened.asked.filter = one->filter;
    opened.asked.language = one->language;
    for (const auto& key : one->columns.as_array()) opened.asked.columns.emplace_back(key.as_string());
    opened.one = std::move(*one);
    return opened;
}

Table table_of(const Opened& opened)
{
    Table table;
    table.title = opened.asked.language == Language::uk ? opened.source->uk : opened.source->en;
    table.language = opened.asked.language;
    table.columns = opened.source->columns(*opened.caller, opened.asked);
    return table;
}

// Nothing when it was removed meanwhile: nobody wants it any more.
using Written = std::optional<Result<std::string>>;

Async<Written> write_rows(const ExportWork& work, const Opened& opened)
{
    auto begin = [&] { return begin_file(opened.one.format, table_of(opened)); };
    auto file = co_await work.pool.run(std::move(begin));
    std::optional<std::int64_t> after;
    std::int64_t rows = 0;
    do {
        auto look = [&](db::Tx& tx) { return opened.source->next(tx, *opened.caller, opened.asked, after); };
        auto slice = co_await work.db.read(std::move(look));
        if (!slice) co_return Written(fail(slice.error()));
        auto add = [&] {
            for (const auto& row : slice->rows) file->add(row);
            return true;
        };
        co_await work.pool.run(std::move(add));
        rows += std::ssize(slice->rows);
        after = slice->next;
        auto note = [&](db::Tx& tx) -> Result<bool> { return slice->rows.empty() || note_rows(tx, opened.one.id, rows); };
        auto wanted = co_await work.db.write(std::move(note));
        if (!*wanted) co_return std::nullopt;
    } while (after && rows <= opened.one.total);  // what has come since then is not asked for
    auto close = [&] { return file->close(); };
    co_return co_await work.pool.run(std::move(close));
}

Async<void> keep(const ExportWork& work, std::int64_t id, const std::string& bytes)
{
    std::int64_t n = 0;
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes, ++n) {
        auto write = [&](db::Tx& tx) -> Result<bool> {
            return add_piece(tx, id, n, std::string_view(bytes).substr(at, piece_bytes));
        };
        auto wanted = co_await work.db.write(std::move(write));
        if (!*wanted) co_return;
    }
    auto end = [&](db::Tx& tx) -> Result<bool> {
        auto until = work.clock.now() + std::chrono::hours(work.settings.integer("exports.keep_hours"));
        return end_export(tx, id, std::ssize(bytes), until);
    };
    co_await work.db.write(std::move(end));
}

Async<void> give_up(const ExportWork& work, std::int64_t id, std::string why)
{
    auto write = [&](db::Tx& tx) -> Result<bool> {
        auto until = work.clock.now() + std::chrono::hours(work.settings.integer("exports.keep_hours"));
        return fail_export(tx, id, why, until);
    };
    co_await work.db.write(std::move(write));
}

}  // namespace

Async<jobs::Outcome> make_export(ExportWork work, jobs::Job job)
{
    constexpr int most_crashes = 3;
    auto id = export_in(job);
    auto look = [&](db::Tx& tx) -> Result<std::optional<Opened>> { return open(tx, work, id); };
    auto opened = co_await work.db.write(std::move(look));
    if (!*opened) co_return jobs::Done{};
    const auto& wanted = **opened;
    std::string refused;
    if (!wanted.source) refused = "this list is not known any more";
    else if (!wanted.caller) refused = "the account may see nothing any more";
    else if (job.crashes >= most_crashes) refused = "the program ended each time while it was made";
    if (!refused.empty()) {
        co_await give_up(work, id, std::move(refused));
        co_return jobs::Done{};
    }
    auto written = co_await write_rows(work, wanted);
    if (!written) co_return jobs::Done{};
    if (!*written) {
        log::warning("export {}: {}", id, written->error().message);
        co_await give_up(work, id, written->error().message);
        co_return jobs::Done{};
    }
    co_await keep(work, id, **written);
    co_return jobs::Done{};
}

}  // namespace smg::exports
