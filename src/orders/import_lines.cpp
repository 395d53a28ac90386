#include "orders/import_lines.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace smg::orders {
namespace {

std::unexpected<Error> too_many()
{
    return fail_field("text", fmt::format("At most {} orders at once.", most_import_lines));
}

// Reads one record; quoted fields may hold separators, line ends and doubled quotes.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : rest_(text)
    {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(mark)) rest_.remove_prefix(mark.size());
        auto first = rest_.substr(0, rest_.find('\n'));
        separator_ = std::ranges::count(first, ';') > std::ranges::count(first, ',') ? ';' : ',';
    }

    bool at_end() const { return rest_.empty(); }
    std::int64_t line() const { return line_; }

    std::vector<std::string> record()
    {
        std::vector<std::string> fields;
        for (bool more = true; more;) {
            fields.push_back(rest_.starts_with('"') ? quoted() : plain());
            more = rest_.starts_with(separator_);
            if (more) rest_.remove_prefix(1);
        }
        if (rest_.starts_with('\r')) rest_.remove_prefix(1);
        if (rest_.starts_with('\n')) rest_.remove_prefix(1);
        ++line_;
        return fields;
    }

private:
    std::string plain()
    {
        const char ends[] = {separator_, '\r', '\n'};
        auto end = std::min(rest_.find_first_of(std::string_view(ends, sizeof ends)), rest_.size());
        std::string field(trimmed(rest_.substr(0, end)));
        rest_.remove_prefix(end);
        return field;
    }

    std::string quoted()
    {
        std::string field;
        rest_.remove_prefix(1);
        while (!rest_.empty()) {
            auto c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '\n') ++line_;
            if (c != '"') field += c;
            else if (!rest_.starts_with('"')) break;
            else field += '"', rest_.remove_prefix(1);
        }
        plain();  // what stands between the closing quote and the separator is nobody's
        return field;
    }

    std::string_view rest_;
    char separator_ = ',';
    std::int64_t line_ = 1;
};

}  // namespace

Result<std::vector<ImportLine>> read_lines(std::string_view text, const json::object& defaults)
{
    std::vector<ImportLine> lines;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        auto end = text.find('\n');
        auto row = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (row.empty() || row.starts_with('#')) continue;
        if (lines.size() == most_import_lines) return too_many();
        ImportLine line{number, defaults};
        for (std::string_view name : {"supplier_service_id", "url", "quantity"}) {
            auto bar = row.find('|');
            if (auto value = trimmed(row.substr(0, bar)); !value.empty()) line.fields[name] = value;
            row.remove_prefix(bar == std::string_view::npos ? row.size() : bar + 1);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

Result<std::vector<ImportLine>> read_csv(std::string_view text, const json::object& defaults)
{
    CsvReader reader(text);
    auto names = reader.record();
    for (auto& name : names) name = lowered(name);
    if (std::ranges::find(names, "url") == names.end() && std::ranges::find(names, "product_service") == names.end())
        return fail_field("text", "The first row must name the fields, e.g. wp_order_number,product_service,quantity,url.");
    std::vector<ImportLine> lines;
    while (!reader.at_end()) {
        ImportLine line{reader.line(), defaults};
        auto fields = reader.record();
        if (fields.size() == 1 && fields[0].empty()) continue;
        if (lines.size() == most_import_lines) return too_many();
        for (std::size_t i = 0; i < fields.size() && i < names.size(); ++i)
            if (!names[i].empty() && !fields[i].empty()) line.fields[names[i]] = fields[i];
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace smg::orders
