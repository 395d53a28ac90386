#pragma once

#include <filesystem>
#include <functional>

#include "backup/format.hpp"
#include "backup/sink.hpp"

namespace smg::backup {

/// What a verified file holds.
struct Contents {
    Head head;
    Counts rows;
    std::string sha256;  // as its last line says
    std::uint64_t bytes = 0;
};

/// Reads the whole file: every byte counts. Fails in words when it is cut, was changed, is no backup, or was made by a newer
/// version of the program.
Result<Contents> verify(const std::filesystem::path& file);

/// Calls `row(table, line)` for each row in order; the file must still be the verified one at its end.
Result<void> each_row(const std::filesystem::path& file, const Contents& contents,
                      const std::function<Result<void>(const HeadTable& table, std::string_view line)>& row);

}  // namespace smg::backup
