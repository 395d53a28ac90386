#include <array>

#include "exports/table_file.hpp"

namespace smg::exports {
namespace {

// Signs with which a spreadsheet begins a formula, full-width ones included.
bool begins_formula(std::string_view cell)
{
    static constexpr auto signs = std::to_array<std::string_view>({"=", "+", "-", "@", "＝", "＋", "－", "＠"});
    static constexpr auto blanks =
        std::to_array<std::string_view>({" ", "\t", "\r", "\n", "\u00a0", "\u200b", "\u2003", "\u3000", "\ufeff"});
    auto skip = [&] {
        for (auto blank : blanks)
            if (cell.starts_with(blank)) return cell.remove_prefix(blank.size()), true;
        if (!cell.empty() && static_cast<unsigned char>(cell.front()) < ' ') return cell.remove_prefix(1), true;
        return false;
    };
    while (skip()) {}
    for (auto sign : signs)
        if (cell.starts_with(sign)) return true;
    return false;
}

class CsvFile : public TableFile {
public:
    explicit CsvFile(const Table& table) : columns_(table.columns), separator_(table.language == Language::uk ? ';' : ',')
    {
        text_ = "\ufeff";
        for (std::size_t i = 0; i < columns_.size(); ++i) put(i, columns_[i].title, Cells::text);
        text_ += "\r\n";
    }

    void add(const Row& row) override
    {
        for (std::size_t i = 0; i < columns_.size(); ++i) put(i, i < row.size() ? row[i] : "", columns_[i].cells);
        text_ += "\r\n";
    }

    Result<std::string> close() override { return std::move(text_); }

private:
    void put(std::size_t at, std::string_view cell, Cells cells)
    {
        if (at > 0) text_ += separator_;
        bool plain = (cells == Cells::number || cells == Cells::amount) && is_number(cell);
        bool blank_first = cell.starts_with('\t') || cell.starts_with('\r') || cell.starts_with('\n');
        auto shown = !plain && (blank_first || begins_formula(cell)) ? "'" + printable(cell) : printable(cell);
        if (shown.find_first_of("\",;\n\t") == std::string::npos) {
            text_ += shown;
            return;
        }
        text_ += '"';
        for (char c : shown) {
            if (c == '"') text_ += '"';
            text_ += c;
        }
        text_ += '"';
    }

    const std::vector<Column> columns_;
    const char separator_;
    std::string text_;
};

}  // namespace

std::unique_ptr<TableFile> begin_csv(const Table& table) { return std::make_unique<CsvFile>(table); }

}  // namespace smg::exports
