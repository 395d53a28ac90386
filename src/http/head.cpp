#include "http/head.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "base/words.hpp"
#include "http/url.hpp"

namespace smg::http {
namespace {

constexpr std::size_t max_headers = 100;
constexpr std::size_t max_length_digits = 18;

std::unexpected<Refusal> refuse(std::string_view message, int status = 400)
{
    return std::unexpected(Refusal{status, message});
}

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) { return is_alnum(c) || others.contains(c); });
}

bool is_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view text)
{
    constexpr std::string_view others = "-._:[]";
    return !text.empty() && std::ranges::all_of(text, [&](char c) { return is_alnum(c) || others.contains(c); });
}

bool has_word(std::string_view list, std::string_view word)
{
    for (;;) {
        auto comma = list.find(',');
        if (lowered(trimmed(list.substr(0, comma))) == word) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

std::string_view next_line(std::string_view& rest)
{
    auto end = rest.find("\r\n");
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    return line;
}

using Problem = std::optional<Refusal>;

Problem problem(std::string_view message, int status = 400) { return Refusal{status, message}; }

// `http://host/path` is for proxies, yet a server must take it (RFC 9112, 3.2.2). Its host goes to `authority`.
Problem read_target(std::string_view target, Request& request, std::string_view& authority)
{
    if (!std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; }))
        return problem("The request target holds characters that must be escaped.");
    if (target == "*") {
        if (request.method != Method::OPTIONS) return problem("Only OPTIONS may ask for *.");
        request.path = "*";
        return {};
    }
    auto scheme = target.find("://");
    if (auto name = lowered(target.substr(0, scheme)); scheme != target.npos && (name == "http" || name == "https")) {
        target.remove_prefix(scheme + 3);
        authority = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(authority.size());
        if (!is_host(authority)) return problem("The request target names no host.");
    }
    auto question = target.find('?');
    auto raw = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    auto path = decoded_path(raw.empty() && !authority.empty() ? "/" : raw);
    if (!path) return problem("The path is not a well-formed one.");
    request.path = std::move(*path);
    return {};
}

Problem read_request_line(std::string_view line, Head& head, std::string_view& authority)
{
    auto first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || line.find(' ', first + 1) != last)
        return problem("The request line is not `method target version`.");
    auto version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return problem("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    head.http_1_0 = version == "HTTP/1.0";
    auto verb = line.substr(0, first);
    if (!is_token(verb)) return problem("The method is not a word.");
    if (verb == "CONNECT") return problem("This server is no proxy.");
    auto method = std::ranges::find(all_methods, verb, [](Method known) { return word(known); });
    if (method == std::end(all_methods)) return problem("The method is not known here.", 405);
    head.request.method = *method;
    return read_target(line.substr(first + 1, last - first - 1), head.request, authority);
}

Problem read_fields(std::string_view rest, Request& request)
{
    while (!rest.empty()) {
        auto line = next_line(rest);
        if (line.empty()) break;
        auto colon = line.find(':');
        // A space before the colon and a folded line both fail here: they are how one header hides from one of two servers.
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return problem("A header has a malformed name.");
        if (request.headers.size() == max_headers) return problem("There are too many headers.");
        auto value = trimmed(line.substr(colon + 1));
        request.headers.emplace_back(lowered(line.substr(0, colon)), cut(value, value.size() * 3));
    }
    return {};
}

Problem check_once(const Request& request)
{
    constexpr std::string_view once[] = {"host",         "content-length", "transfer-encoding",
                                         "content-type", "authorization",  "expect"};
    for (auto name : once)
        if (std::ranges::count(request.headers, name, &Header::first) > 1)
            return problem("A header comes twice that must not.");
    return {};
}

bool is_there(const Request& request, std::string_view name)
{
    return std::ranges::find(request.headers, name, &Header::first) != request.headers.end();
}

Problem read_framing(Head& head)
{
    const auto& request = head.request;
    bool length = is_there(request, "content-length");
    if (is_there(request, "transfer-encoding")) {
        if (length) return problem("Content-Length and Transfer-Encoding exclude each other.");
        if (head.http_1_0) return problem("HTTP/1.0 knows no Transfer-Encoding.");
        if (lowered(request.header("transfer-encoding")) != "chunked")
            return problem("The only Transfer-Encoding is chunked.");
        head.chunked = true;
    }
    if (!length) return {};
    auto digits = request.header("content-length");
    if (!is_digits(digits)) return problem("Content-Length is not a number.");
    if (digits.size() > max_length_digits) return problem("The body is too large.", 413);
    std::from_chars(digits.data(), digits.data() + digits.size(), head.content_length);
    return {};
}

Problem read_connection(Head& head, std::string_view authority)
{
    const auto& request = head.request;
    if (!is_there(request, "host") && !head.http_1_0) return problem("The Host header is missing.");
    if (is_there(request, "host") && !is_host(request.header("host"))) return problem("The Host header names no host.");
    if (!authority.empty() && lowered(authority) != lowered(request.header("host")))
        return problem("The request target and the Host header differ.");

    head.keep_alive = !head.http_1_0;
    for (const auto& [name, value] : request.headers) {
        if (name != "connection") continue;
        if (head.http_1_0 && has_word(value, "keep-alive")) head.keep_alive = true;
        if (has_word(value, "close")) {
            head.keep_alive = false;
            break;
        }
    }
    auto expect = request.header("expect");
    if (expect.empty() || head.http_1_0) return {};
    if (lowered(expect) != "100-continue") return problem("The only expectation is 100-continue.", 417);
    head.expects_continue = true;
    return {};
}

}  // namespace

std::expected<std::size_t, Refusal> head_end(std::string_view bytes, std::size_t& seen)
{
    for (; seen < bytes.size(); ++seen) {
        auto c = static_cast<unsigned char>(bytes[seen]);
        bool after_return = seen > 0 && bytes[seen - 1] == '\r';
        if ((c == '\n') != after_return) return refuse("Lines of a header end with CRLF.");
        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F)
            return refuse("The header holds control characters.");
        if (c == '\n' && bytes.substr(0, seen + 1).ends_with("\r\n\r\n")) return ++seen;
    }
    return 0;
}

std::expected<Head, Refusal> parse_head(std::string_view bytes)
{
    Head head;
    std::string_view authority;
    auto rest = bytes;
    auto wrong = read_request_line(next_line(rest), head, authority);
    if (!wrong) wrong = read_fields(rest, head.request);
    if (!wrong) wrong = check_once(head.request);
    if (!wrong) wrong = read_framing(head);
    if (!wrong) wrong = read_connection(head, authority);
    if (wrong) return std::unexpected(*wrong);
    return head;
}

}  // namespace smg::http
