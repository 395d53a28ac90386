#include "exports/table_file.hpp"

#include <algorithm>

namespace smg::exports {

std::unique_ptr<TableFile> begin_file(Format format, const Table& table)
{
    switch (format) {
        case Format::csv: return begin_csv(table);
        case Format::xlsx: return begin_xlsx(table);
        case Format::pdf: return begin_pdf(table);
    }
    return nullptr;
}

std::string_view content_type_of(Format format)
{
    switch (format) {
        case Format::csv: return "text/csv; charset=utf-8";
        case Format::xlsx: return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        case Format::pdf: return "application/pdf";
    }
    return "application/octet-stream";
}

bool is_number(std::string_view cell)
{
    constexpr std::size_t most_digits = 32;
    if (cell.starts_with('-')) cell.remove_prefix(1);
    auto point = cell.find('.');
    auto whole = cell.substr(0, point), rest = point == std::string_view::npos ? "0" : cell.substr(point + 1);
    auto digits = [](std::string_view text) {
        return !text.empty() && text.size() <= most_digits &&
               std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    };
    return digits(whole) && digits(rest);
}

std::string printable(std::string_view cell)
{
    std::string out;
    out.reserve(cell.size());
    for (char c : cell) {
        auto code = static_cast<unsigned char>(c);
        if (code >= ' ' ? c != '\x7f' : c == '\t' || c == '\n') out += c;
    }
    return out;
}

}  // namespace smg::exports
