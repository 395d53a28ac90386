#include "backup/format.hpp"

#include <fmt/core.h>
#include <sodium.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::backup {
namespace {

using db::Dialect;
using db::Param;

constexpr std::string_view base64_member = "base64";

// In the one spelling that comes back the same.
bool is_whole_number(const std::string& text)
{
    std::int64_t number = 0;
    auto end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end && std::to_string(number) == text;
}

void append_text(std::string& line, std::string_view text)
{
    line += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (line += '\\') += c;
        else if (byte < 0x20 || byte == 0x7F) line += fmt::format("\\u{:04x}", byte);
        else line += c;
    }
    line += '"';
}

void append_bytes(std::string& line, std::string_view bytes)
{
    line += fmt::format(R"({{"{}":"{}"}})", base64_member, base64url(bytes));
}

std::optional<std::string> bytes_of(std::string_view text)
{
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                          &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return std::nullopt;
    out.resize(length);
    return out;
}

std::string stored_amount(const std::string& text, Dialect into)
{
    auto money = into == Dialect::sqlite ? Money::parse(text) : std::nullopt;
    return money ? std::to_string(money->units) : text;
}

// Always as text: each database makes of it what the column is, and one prepared statement fits every row.
std::optional<Param> param_of(const boost::json::value& value, Dialect into, Kind kind)
{
    auto text = [](std::string content) { return Param{Param::Kind::text, 0, std::move(content)}; };
    if (value.is_null()) return Param{};
    if (value.is_int64()) return text(std::to_string(value.get_int64()));
    if (value.is_string()) {
        std::string content(value.get_string());
        return text(kind == Kind::money ? stored_amount(content, into) : std::move(content));
    }
    if (!value.is_object()) return std::nullopt;
    auto found = value.get_object().if_contains(base64_member);
    auto bytes = found && found->is_string() ? bytes_of(found->get_string()) : std::nullopt;
    if (!bytes) return std::nullopt;
    return text(std::move(*bytes));
}

}  // namespace

std::string table_line(const std::string& table) { return fmt::format("{}\"{}\"}}", table_begins, table); }

std::string end_line(const Counts& rows, const std::string& sha256)
{
    std::string counts;
    for (const auto& [table, count] : rows) counts += fmt::format("{}\"{}\":{}", counts.empty() ? "" : ",", table, count);
    return fmt::format(R"({}true,"rows":{{{}}},"sha256":"{}"}})", end_begins, counts, sha256);
}

void append_value(std::string& line, Dialect from, Kind kind, const std::optional<std::string>& raw)
{
    if (!raw) {
        line += "null";
        return;
    }
    if (kind == Kind::integer && is_whole_number(*raw)) line += *raw;
    else if (kind == Kind::money && from == Dialect::sqlite && is_whole_number(*raw))
        append_text(line, db::from_column<Money>(from, raw).exact());
    else if (kind != Kind::binary && valid_utf8(*raw)) append_text(line, *raw);
    else append_bytes(line, *raw);
}

Result<std::vector<Param>> row_of(std::string_view line, Dialect into, const std::vector<Column>& columns)
{
    boost::system::error_code error;
    auto parsed = boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    if (error || !parsed.is_array() || parsed.get_array().size() != columns.size())
        return fail(Code::failed, "a row of the backup has not the columns that its beginning names");
    std::vector<Param> row;
    row.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto param = param_of(parsed.get_array()[i], into, columns[i].kind);
        if (!param) return fail(Code::failed, "a row of the backup holds what no column can hold");
        row.push_back(std::move(*param));
    }
    return row;
}

}  // namespace smg::backup
