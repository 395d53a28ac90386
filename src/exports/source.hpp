#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/tx.hpp"
#include "exports/table_file.hpp"
#include "http/caller.hpp"

namespace smg::exports {

/// What is asked of a list, as it was checked.
struct Asked {
    json::value filter = json::object();
    std::vector<std::string> columns = {};  // keys, as the list names them; none = all
    Language language = Language::uk;
};

struct Slice {
    std::vector<Row> rows;
    std::optional<std::int64_t> next;  // where to go on; none: this was the last
};

/// A list that can be exported: its module says what the columns are and reads the rows, never more than the caller may see.
struct Source {
    std::string_view name;    // as the API names it
    std::string_view uk, en;  // and as people read it
    std::function<std::vector<Column>(const http::Caller&, const Asked&)> columns;
    /// How many rows these are, counted no further than `most`; fails with the fields that are wrong.
    std::function<Result<std::int64_t>(db::Tx&, const http::Caller&, const Asked&, std::int64_t most)> count;
    std::function<Result<Slice>(db::Tx&, const http::Caller&, const Asked&, std::optional<std::int64_t> after)> next;
};

using Sources = std::vector<Source>;

const Source* find_source(const Sources& sources, std::string_view name);

}  // namespace smg::exports
