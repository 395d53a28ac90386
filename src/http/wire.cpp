#include "http/wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace smg::http {
namespace {

bool plain(std::string_view text)
{
    return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

bool ours(std::string_view name)
{
    constexpr std::string_view names[] = {"content-length", "transfer-encoding", "connection", "date",
                                          "server",         "content-type"};
    return std::ranges::find(names, lowered(name)) != std::end(names);
}

// `Sun, 06 Nov 1994 08:49:37 GMT`, whatever the locale.
std::string http_date(Time now)
{
    constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto day = std::chrono::floor<std::chrono::days>(now);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
                       static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace

std::string_view reason(int status)
{
    switch (status) {
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        default: return "Status";
    }
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string reply_head(const Response& response, const Framing& framing, Time now)
{
    std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: smgcrm\r\nX-Content-Type-Options: nosniff\r\n",
                                  response.status, reason(response.status), http_date(now));
    if (may_have_body(response.status)) {
        out += fmt::format("Content-Length: {}\r\n", response.body.size());
        if (!response.content_type.empty() && plain(response.content_type))
            out += fmt::format("Content-Type: {}\r\n", response.content_type);
    }
    bool cached = false;
    for (const auto& [name, value] : response.headers) {
        if (ours(name) || !plain(name) || !plain(value)) {
            log::warning("a handler's header {} was left out", cut(name, 64));
            continue;
        }
        cached = cached || lowered(name) == "cache-control";
        out += fmt::format("{}: {}\r\n", name, value);
    }
    if (!cached && response.content_type.starts_with("application/json")) out += "Cache-Control: no-store\r\n";
    if (framing.upgrade) out += "Connection: Upgrade\r\n";
    else if (!framing.keep_alive) out += "Connection: close\r\n";
    else if (framing.http_1_0) out += "Connection: keep-alive\r\n";
    return out += "\r\n";
}

}  // namespace smg::http
