#include "base/json.hpp"

#include <fmt/core.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <unordered_set>

#include "base/text.hpp"

namespace smg::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

// Builds a value like boost::json::parser does, except that a non-integer keeps its text and a repeated key stops it.
class Builder {
public:
    static constexpr std::size_t max_object_size = 100'000;
    static constexpr std::size_t max_array_size = 200'000;
    static constexpr std::size_t max_key_size = 4096;
    static constexpr std::size_t max_string_size = 16 * 1024 * 1024;

    value take() { return stack_.release(); }
    void start() { stack_.reset(); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&)
    {
        keys_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t size, error_code&)
    {
        keys_.pop_back();
        stack_.push_object(size);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t size, error_code&)
    {
        stack_.push_array(size);
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&)
    {
        key_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code& error)
    {
        key_.append(part.data(), part.size());
        stack_.push_key(part);
        bool fresh = keys_.back().insert(std::move(key_)).second;
        key_.clear();
        if (!fresh) error = boost::json::error::syntax;
        return fresh;
    }
    bool on_string_part(string_view part, std::size_t, error_code&)
    {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(string_view part, std::size_t, error_code&)
    {
        stack_.push_string(part);
        return true;
    }
    bool on_number_part(string_view part, error_code&)
    {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t number, string_view, error_code&)
    {
        number_.clear();
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, string_view, error_code&)
    {
        number_.clear();
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double, string_view part, error_code&)
    {
        number_.append(part.data(), part.size());
        stack_.push_string(number_);
        number_.clear();
        return true;
    }
    bool on_bool(bool flag, error_code&)
    {
        stack_.push_bool(flag);
        return true;
    }
    bool on_null(error_code&)
    {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    boost::json::value_stack stack_;
    std::vector<std::unordered_set<std::string>> keys_;  // of the objects that are open
    std::string key_, number_;
};

}  // namespace

Result<value> parse(std::string_view text)
{
    boost::json::basic_parser<Builder> parser(boost::json::parse_options{});
    parser.handler().start();
    error_code error;
    auto used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && text.substr(used).find_first_not_of(" \t\r\n") != std::string_view::npos)
        error = boost::json::error::extra_data;
    if (error) return fail(Code::invalid, fmt::format("not valid JSON: {}", error.message()));
    return parser.handler().take();
}

std::string text_of(const value& json) { return boost::json::serialize(json); }

std::optional<std::int64_t> as_integer(const value& in)
{
    if (in.is_int64()) return in.get_int64();
    if (!in.is_string()) return std::nullopt;
    auto text = trimmed(std::string_view(in.get_string()));
    std::int64_t number = 0;
    auto end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

std::optional<std::string> as_text(const value& in)
{
    if (in.is_string()) return std::string(in.get_string());
    if (in.is_int64()) return std::to_string(in.get_int64());
    if (in.is_uint64()) return std::to_string(in.get_uint64());
    return std::nullopt;
}

std::optional<bool> as_boolean(const value& in)
{
    if (in.is_bool()) return in.get_bool();
    auto text = as_text(in);
    if (!text) return std::nullopt;
    if (*text == "1" || *text == "true") return true;
    if (*text == "0" || *text == "false" || text->empty()) return false;
    return std::nullopt;
}

std::string about(std::string_view field, std::string message)
{
    constexpr std::string_view mark = ":attribute";
    auto at = message.find(mark);
    if (at == std::string::npos) return message;
    std::string shown = cut(field, 64);
    for (char& c : shown)
        if (c == '_') c = ' ';
    return message.replace(at, mark.size(), shown);
}

Error invalid_fields(std::vector<FieldError> fields)
{
    Error error{Code::invalid, fields.empty() ? "The given data was invalid." : fields.front().message};
    auto more = fields.size() < 2 ? 0 : fields.size() - 1;
    if (more > 0) error.message += fmt::format(" (and {} more {})", more, more == 1 ? "error" : "errors");
    error.fields = std::move(fields);
    return error;
}

}  // namespace smg::json
