// A request's head: however it is cut into packets it ends at the same byte; what is taken holds no control characters, one
// framing and one host, means the same when it is written out again, and Beast, which reads the body, sees the same framing.
#include <fmt/core.h>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

#include "base/text.hpp"
#include "base/words.hpp"
#include "http/head.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

namespace beast = boost::beast::http;
using http::Head;

std::ptrdiff_t count(const Head& head, std::string_view name)
{
    return std::ranges::count(head.request.headers, name, &http::Header::first);
}

std::expected<std::size_t, http::Refusal> end_in_steps(std::string_view bytes, std::size_t step)
{
    std::size_t seen = 0;
    for (std::size_t size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        auto end = http::head_end(bytes.substr(0, size), seen);
        if (!end || *end > 0 || size == bytes.size()) return end;
    }
}

void check_request(const Head& head)
{
    const auto& request = head.request;
    bool star = request.path == "*" && request.method == http::Method::OPTIONS;
    must(star || request.path.starts_with('/'), request.path);
    must(valid_utf8(request.path) && !(request.path + "/").contains("/../"), request.path);
    for (unsigned char c : request.path + request.query) must(c >= 0x20 && c != 0x7F, request.path);
    for (const auto& [name, value] : request.headers) {
        must(!name.empty() && name == lowered(name) && name.find_first_of(" \t\r\n:") == std::string::npos, name);
        must(valid_utf8(value) && value == trimmed(value), value);
        for (unsigned char c : value) must((c >= 0x20 || c == '\t') && c != 0x7F, value);
    }
    must(request.headers.size() <= 100);
}

void check_framing(const Head& head)
{
    must(count(head, "content-length") <= 1 && count(head, "transfer-encoding") <= 1 && count(head, "host") <= 1);
    must(head.http_1_0 || count(head, "host") == 1);
    must(head.chunked == (count(head, "transfer-encoding") == 1));
    must(!head.chunked || (head.content_length == 0 && count(head, "content-length") == 0 && !head.http_1_0));
    must(!head.http_1_0 || !head.expects_continue);
}

std::string written(const Head& head, std::string_view target)
{
    auto out = fmt::format("{} {} HTTP/1.{}\r\n", word(head.request.method), target, head.http_1_0 ? 0 : 1);
    for (const auto& [name, value] : head.request.headers) out += name + ": " + value + "\r\n";
    return out + "\r\n";
}

void check_written(const Head& head, std::string_view bytes)
{
    auto from = bytes.find(' ') + 1;
    auto again = http::parse_head(written(head, bytes.substr(from, bytes.find(' ', from) - from)));
    must(again.has_value(), bytes);
    must(again->request.path == head.request.path && again->request.query == head.request.query, bytes);
    must(again->request.headers == head.request.headers && again->chunked == head.chunked, bytes);
    must(again->content_length == head.content_length && again->keep_alive == head.keep_alive, bytes);
}

void check_beast(const Head& head, std::string_view bytes)
{
    beast::request_parser<beast::empty_body> parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    auto used = parser.put(boost::asio::buffer(bytes), error);
    if (error || !parser.is_header_done()) return;  // then nothing is answered but a refusal
    must(used == bytes.size(), bytes);
    must(parser.chunked() == head.chunked, bytes);
    must(parser.content_length().value_or(0) == head.content_length, bytes);
}

}  // namespace

void one_input(std::string_view input)
{
    std::size_t seen = 0;
    auto end = http::head_end(input, seen);
    for (std::size_t step : {1u, 3u, 1460u}) {
        auto in_steps = end_in_steps(input, step);
        must(in_steps.has_value() == end.has_value(), input);
        must(!end || *in_steps == *end, input);
    }
    if (!end || *end == 0) return;
    auto bytes = input.substr(0, *end);
    must(bytes.ends_with("\r\n\r\n"), bytes);
    auto head = http::parse_head(bytes);
    if (!head) {
        must(head.error().status >= 400 && head.error().status < 500 && !head.error().message.empty(), bytes);
        return;
    }
    check_request(*head);
    check_framing(*head);
    check_written(*head, bytes);
    check_beast(*head, bytes);
}

}  // namespace smg::fuzz
