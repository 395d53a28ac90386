#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "exports/source.hpp"

namespace smg::exports {

/// One column of a file: a member of the row as the API shows it, under the key of the list's column that it belongs to.
struct Field {
    std::string_view key, name, uk, en;
    Cells cells = Cells::text;
    int width = 10;
    bool of_managers = false;
};

/// Those that the caller may see and wants; `always` is the key of what is in every file. A list without a choice of columns
/// is exported whole; a column of the list that has none here is left out.
std::vector<Field> chosen(std::span<const Field> fields, const http::Caller& caller, const Asked& asked,
                          std::string_view always = {});

std::vector<Column> columns_of(const std::vector<Field>& fields, Language language);

/// What a cell shows of a member: nothing of null, the names of things, several with commas.
std::string cell_text(const json::value& value);

}  // namespace smg::exports
