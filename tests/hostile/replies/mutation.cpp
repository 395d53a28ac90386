#include "hostile/replies/mutation.hpp"

#include <algorithm>
#include <cstdio>

namespace smg::test {
namespace {

constexpr std::size_t longest_body = 16 * 1024;  // of what is mutated on: small ones find more in the same time

const std::vector<std::string> names = {
    R"("order")", R"("order_id")", R"("orders")", R"("Order")",  R"("\u006frder")", R"("order ")",
    R"("error")", R"("errors")",   R"("Error")",  R"("status")", R"("success")",    R"("data")",
    R"("id")",    R"("message")",  R"("charge")", R"("")",
};
const std::vector<std::string> values = {
    "23501",
    R"("23501")",
    "0",
    "-1",
    "1",
    R"("1")",
    "1e99",
    "1.0",
    "23501.5",
    "-0",
    "00023501",
    R"("00023501")",
    "+5",
    "12345678901234567890",
    "18446744073709551616",
    "999999999999999999999",
    R"("99999999999999999999")",
    "NaN",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    R"("")",
    R"(" 23501")",
    R"("23501 ")",
    R"("2350\u0031")",
    R"("x")",
    "[23501]",
    R"({"order":23501})",
    R"("success")",
    R"("error")",
    R"("failed")",
    R"("Bad link")",
    R"("Not enough funds on balance")",
    R"("neworder.error.min_quantity")",
    R"("Too many requests")",
    R"("\ud800")",
    "'23501'",
    R"("Quantity less than minimal 10")",
};
const std::vector<std::string> marks = {"{", "}",  "[",  "]",    ",",    ":",  "\"", "\\",
                                        " ", "\n", "\t", "\r\n", "/**/", "//", "<",  "\0"};
const std::vector<std::string> frames = {
    "\xEF\xBB\xBF",
    "<br />\n<b>Warning</b>: x in <b>/www/api.php</b> on line <b>7</b><br />\n",
    "callback(",
    ");",
    "<html>",
    "\xFF\xFE",
    "HTTP/1.1 200 OK\r\n\r\n",
    "0\r\n\r\n",
    "\x1F\x8B\x08",
    "data: ",
    ")]}',\n",
    "\f",
    "\v",
    std::string(1, '\0'),
};
const std::vector<int> statuses = {200, 201, 202, 204, 206, 301, 302, 400, 401, 403, 404, 405,
                                   422, 429, 500, 502, 503, 520, 524, 0,   99,  999, -1,  1200};

bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '+' ||
           c == '_';
}

std::size_t end_of_string(std::string_view text, std::size_t at)
{
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') ++i;
        else if (text[i] == '"') return i + 1;
    }
    return text.size();
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text)
{
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < text.size();) {
        if (std::string_view(" \t\r\n").contains(text[at])) {
            ++at;
            continue;
        }
        auto end = at + 1;
        if (text[at] == '"') end = end_of_string(text, at);
        else if (is_word(text[at]))
            while (end < text.size() && is_word(text[end])) ++end;
        tokens.push_back({at, end - at});
        at = end;
    }
    return tokens;
}

Mutator::Mutator(std::uint64_t seed, std::vector<net::HttpReply> pool, std::string key)
    : random_(seed), pool_(std::move(pool)), key_(std::move(key))
{
    for (auto& reply : pool_)
        if (reply.body.size() > longest_body) reply.body.resize(longest_body);
}

net::HttpReply Mutator::next()
{
    auto reply = pool_[below(pool_.size())];
    for (auto changes = below(6) + 1; changes > 0; --changes) mutate(reply.body);
    if (below(4) == 0) reply.status = statuses[below(statuses.size())];
    if (below(8) == 0) reply.content_type = pool_[below(pool_.size())].content_type;
    if (below(8) == 0) reply.retry_after_s = static_cast<int>(below(100'000)) - 10;
    return reply;
}

void Mutator::mutate(std::string& body)
{
    switch (below(10)) {
        case 0:
        case 1:
        case 2: change_token(body); break;
        case 3:
        case 4: add_member(body); break;
        case 5: change_bytes(body); break;
        case 6: wrap(body); break;
        case 7: encode_otherwise(body); break;
        case 8: splice(body); break;
        default:
            if (below(2) == 0) body.resize(below(body.size() + 1));
            else body.insert(below(body.size() + 1), key_);
    }
    if (body.size() > longest_body) body.resize(longest_body);
}

std::string Mutator::any_token()
{
    auto kind = below(8);
    return std::string(kind < 3 ? pick(values) : kind < 6 ? pick(names) : pick(marks));
}

void Mutator::change_token(std::string& body)
{
    auto tokens = tokens_of(body);
    if (tokens.empty()) return void(body = any_token());
    auto [at, size] = tokens[below(tokens.size())];
    auto token = body.substr(at, size);
    switch (below(5)) {
        case 0: body.replace(at, size, any_token()); break;
        case 1: body.erase(at, size); break;
        case 2: body.insert(at, token); break;
        case 3: body.insert(at, any_token()); break;
        default: {
            auto [other_at, other_size] = tokens[below(tokens.size())];
            auto other = body.substr(other_at, other_size);
            if (at > other_at) std::swap(at, other_at), std::swap(size, other_size), std::swap(token, other);
            if (at == other_at) return;
            body.replace(other_at, other_size, token);
            body.replace(at, size, other);
        }
    }
}

// Into the first object, the last, or anywhere: also a name that is there already.
void Mutator::add_member(std::string& body)
{
    std::string member(pick(names));
    member += below(8) == 0 ? " :\n" : ":";
    member += pick(values);
    auto open = body.find('{'), close = body.rfind('}');
    if (open == std::string::npos || close == std::string::npos || open > close) return void(body = "{" + member + "}");
    bool empty = tokens_of(std::string_view(body).substr(open + 1, close - open - 1)).empty();
    if (empty || below(4) == 0) body.replace(open + 1, close - open - 1, member);
    else if (below(2) == 0) body.insert(open + 1, member + ",");
    else body.insert(close, "," + member);
}

void Mutator::change_bytes(std::string& body)
{
    auto at = below(body.size() + 1);
    auto byte = static_cast<char>(below(256));
    switch (below(4)) {
        case 0: body.insert(body.begin() + static_cast<std::ptrdiff_t>(at), byte); break;
        case 1:
            if (at < body.size()) body[at] = byte;
            break;
        case 2:
            if (at < body.size()) body[at] = static_cast<char>(body[at] ^ (1 << below(8)));
            break;
        default: body.erase(at, below(8));
    }
}

void Mutator::wrap(std::string& body)
{
    switch (below(7)) {
        case 0: body.insert(0, pick(frames)); break;
        case 1: body += pick(frames); break;
        case 2: body = "[" + body + "]"; break;
        case 3: body = "{" + std::string(pick(names)) + ":" + body + "}"; break;
        case 4: body = R"({"status":"success","data":)" + body + "}"; break;
        case 5: body += body; break;
        default: {
            auto depth = below(40);
            body = std::string(depth, '[') + body + std::string(depth, ']');
        }
    }
}

void Mutator::encode_otherwise(std::string& body)
{
    auto tokens = tokens_of(body);
    switch (below(4)) {
        case 0: {  // a character as its escape
            if (body.empty()) return;
            auto at = below(body.size());
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(body[at]));
            body.replace(at, 1, escape);
            break;
        }
        case 1: {  // letters of the other case
            if (tokens.empty()) return;
            auto [at, size] = tokens[below(tokens.size())];
            for (auto i = at; i < at + size; ++i)
                if ((body[i] >= 'a' && body[i] <= 'z') || (body[i] >= 'A' && body[i] <= 'Z'))
                    body[i] = static_cast<char>(body[i] ^ 0x20);
            break;
        }
        case 2: {  // a number as a string, a string as a bare word
            if (tokens.empty()) return;
            auto [at, size] = tokens[below(tokens.size())];
            auto token = body.substr(at, size);
            if (token.front() == '"')
                body.replace(at, size, token.substr(1, token.size() - std::min<std::size_t>(2, token.size())));
            else body.replace(at, size, "\"" + token + "\"");
            break;
        }
        default: {  // UTF-16
            std::string wide;
            for (char c : body) (wide += c) += '\0';
            body = std::move(wide);
        }
    }
}

void Mutator::splice(std::string& body)
{
    const auto& other = pool_[below(pool_.size())].body;
    auto from = below(other.size() + 1);
    body = body.substr(0, below(body.size() + 1)) + other.substr(from);
}

}  // namespace smg::test
