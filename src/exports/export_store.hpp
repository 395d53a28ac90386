#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/tx.hpp"
#include "exports/table_file.hpp"
#include "http/caller.hpp"

namespace smg::exports {

constexpr std::string_view export_job = "exports.make";

enum class State { queued, running, done, failed };
BOOST_DESCRIBE_ENUM(State, queued, running, done, failed)

/// A file that somebody asked for. Its bytes are in pieces in `export_pieces`, so that any node gives them out.
struct Export {
    std::int64_t id = 0;
    std::optional<UserId> user_id;
    std::int64_t token_id = 0;
    std::string who;
    http::Role role = http::Role::user;
    std::optional<json::value> sites;  // those that could be seen; none = all
    std::string list;
    Format format = Format::csv;
    Language language = Language::uk;
    json::value filter = json::object(), columns = json::array();
    State state = State::queued;
    std::int64_t total = 0, written = 0, size = 0;
    std::optional<std::string> error;
    Time created_at;
    std::optional<Time> expires_at;
};
BOOST_DESCRIBE_STRUCT(Export, (),
                      (id, user_id, token_id, who, role, sites, list, format, language, filter, columns, state, total,
                       written, size, error, created_at, expires_at))

/// With its job.
Export begin_export(db::Tx& tx, Time now, const http::Caller& caller, Export wanted);

std::optional<Export> find_export(db::Tx& tx, std::int64_t id);
/// Whose it is, and nobody else's: an export may hold what only they may see.
std::optional<Export> find_own(db::Tx& tx, const http::Caller& caller, std::int64_t id);
/// Newest first, at most 50.
std::vector<Export> own_exports(db::Tx& tx, const http::Caller& caller);
/// Queued or running.
std::int64_t unfinished(db::Tx& tx, const http::Caller& caller);

/// Each false when it was removed meanwhile.
bool begin_anew(db::Tx& tx, std::int64_t id);
bool note_rows(db::Tx& tx, std::int64_t id, std::int64_t rows);
bool add_piece(db::Tx& tx, std::int64_t id, std::int64_t n, std::string_view bytes);
bool end_export(db::Tx& tx, std::int64_t id, std::int64_t size, Time expires_at);
bool fail_export(db::Tx& tx, std::int64_t id, std::string_view error, Time expires_at);

/// How much of the file one row holds.
constexpr std::size_t piece_bytes = 192 * 1024;
std::optional<std::string> piece(db::Tx& tx, std::int64_t id, std::int64_t n);

void remove_export(db::Tx& tx, std::int64_t id);
/// At most `most` of those whose time is over; how many went.
std::int64_t remove_expired(db::Tx& tx, Time now, int most);

/// Who asked, as they were then.
http::Caller caller_of(const Export& one);

}  // namespace smg::exports
