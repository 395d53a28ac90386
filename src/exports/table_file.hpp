#pragma once

#include <boost/describe/enum.hpp>

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

// A table as a file that people open elsewhere. Whatever its cells hold, none becomes a formula, a link or markup.
namespace smg::exports {

enum class Format { csv, xlsx, pdf };
BOOST_DESCRIBE_ENUM(Format, csv, xlsx, pdf)

enum class Language { uk, en };
BOOST_DESCRIBE_ENUM(Language, uk, en)

/// What a column's cells hold. Numbers and amounts are plain (`-1234.50`), times are `YYYY-MM-DD HH:MM:SS`, and an empty
/// cell is empty.
enum class Cells { text, number, amount, time };

struct Column {
    std::string title;
    Cells cells = Cells::text;
    int width = 10;  // in characters: what it usually takes
};

struct Table {
    std::string title;
    Language language = Language::uk;
    std::vector<Column> columns;
};

/// As many cells as there are columns.
using Row = std::vector<std::string>;

/// A file that grows row by row. All of its calls may take long: not for an I/O thread.
class TableFile {
public:
    virtual ~TableFile() = default;
    virtual void add(const Row& row) = 0;
    /// The whole file, once. Fails with what the library says.
    virtual Result<std::string> close() = 0;
};

/// UTF-8 with a byte order mark and CRLF (RFC 4180), separated by commas, or by semicolons in Ukrainian as spreadsheets
/// there expect.
std::unique_ptr<TableFile> begin_csv(const Table& table);
std::unique_ptr<TableFile> begin_xlsx(const Table& table);
/// A4 across, the head on every page. Needs an installed font (Debian's fonts-dejavu-core).
std::unique_ptr<TableFile> begin_pdf(const Table& table);

std::unique_ptr<TableFile> begin_file(Format format, const Table& table);
std::string_view content_type_of(Format format);

/// Whether a cell of such a column is a plain decimal number.
bool is_number(std::string_view cell);

/// Without what a file of text cannot hold: control characters but tab and line feed.
std::string printable(std::string_view cell);

}  // namespace smg::exports
