#include <fmt/core.h>
#include <gtest/gtest.h>

#include <random>

#include "http/installation.hpp"

namespace smg::test {
namespace {

class BadInput : public testing::TestWithParam<On> {};
INSTANTIATE_TEST_SUITE_P(Databases, BadInput, both_databases(), name_of);

const Installation::Options impatient = {.environment = {{"SMGCRM_HEADER_TIMEOUT_MS", "200"},
                                                         {"SMGCRM_BODY_TIMEOUT_MS", "200"},
                                                         {"SMGCRM_KEEP_ALIVE_MS", "100"}}};

std::string post_with(const std::string& headers, const std::string& body = {})
{
    return "POST /api/v1/createOrder HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string get_path(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"; }

// What no client would send, to the public port. `{token}` stands for a good token.
std::vector<std::string> bad_bytes()
{
    const std::string json = "Authorization: Bearer {token}\r\nContent-Type: application/json\r\n";
    std::string null(1, '\0');
    std::vector<std::string> all = {
        "\r\n",
        "\n\n\n\n",
        null,
        std::string(10'000, '\0'),
        std::string(100, '\xFF'),
        std::string(100'000, 'A'),
        "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",  // a TLS hello
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET\r\n\r\n",
        "GET / \r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "G\xC3\xA9T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b" + null + "c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(9000, 'x') + "\r\n\r\n",
        get_path("/" + std::string(9000, 'x')),
        get_path("/api/v1/orders/%00"),
        get_path("/api/v1/orders/%ZZ"),
        get_path("/../../etc/passwd"),
        get_path("/api/v1/orders/99999999999999999999999"),
        get_path("/api/v1//orders"),
        get_path("/%2e%2e/%2e%2e/etc/passwd"),
        post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post_with("Content-Length: 5\r\nContent-Length: 6\r\n", "abcdef"),
        post_with("Content-Length: -1\r\n"),
        post_with("Content-Length: 99999999999999999999\r\n"),
        post_with("Content-Length: 0x10\r\n"),
        post_with("Transfer-Encoding: gzip\r\n"),
        post_with("Transfer-Encoding: chunked, gzip\r\n"),
        post_with(json + "Transfer-Encoding: chunked\r\n", "zz\r\n"),
        post_with(json + "Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n"),
        post_with(json + "Content-Length: 2000000\r\n"),
        post_with(json + "Content-Length: 100\r\n", "{\"wp_order_number\":"),
        post_with(json + "Content-Length: 1\r\n", "{"),
        post_with(json + "Content-Length: 4\r\n", "null"),
        post_with(json + "Content-Length: 2\r\n", "[]"),
        post_with(json + "Content-Length: 4\r\n", "\xFF\xFE\xFD\xFC"),
        post_with(json + "Content-Length: 60000\r\n", std::string(60'000, '[')),
        post_with(json + "Content-Encoding: gzip\r\nContent-Length: 4\r\n", "\x1F\x8B\x08\x00"),
        post_with("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data\r\nContent-Length: 3\r\n", "--x"),
        post_with("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 8\r\n",
                  "--x\r\nabc"),
        post_with(
            "Authorization: Bearer {token}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n",
            "%ZZ"),
        post_with("Authorization: Bearer {token}\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n", "<a/>"),
        post_with("Authorization: Bearer \xFF\xFF\r\nContent-Length: 0\r\n"),
    };
    return all;
}

TEST(BadInput, any_bytes_get_a_refusal_or_a_closed_connection)
{
    Installation crm(On::sqlite, impatient);
    int refused = 0;
    for (auto bytes : bad_bytes()) {
        if (auto at = bytes.find("{token}"); at != std::string::npos) bytes.replace(at, 7, crm.shop());
        auto answer = raw_call(crm.server().port(), bytes);
        EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << bytes.substr(0, 200) << "\n->\n" << answer;
        for (auto good : {"HTTP/1.1 2", "HTTP/1.1 5"})
            EXPECT_FALSE(answer.contains(good)) << bytes.substr(0, 200) << "\n->\n" << answer;
        refused += !answer.empty();
        ASSERT_EQ(get(crm.url("/healthz"), "").status(), 200) << bytes.substr(0, 200);
    }
    EXPECT_GT(refused, 25);
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), "0");
}

std::string mutated(std::string body, std::mt19937& random)
{
    auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
    static const std::vector<std::string> pieces = {"\"",      "{",    "}",
                                                    "[",       "]",    ",",
                                                    ":",       "null", "true",
                                                    "-",       "1e99", "\\u0000",
                                                    "\\uD800", "\xFF", "\xF0\x9F\x92\xA9",
                                                    "\n",      "%00",  "99999999999999999999",
                                                    "'",       ";--",  "&",
                                                    "="};
    auto changes = 1 + below(3);
    for (std::size_t i = 0; i < changes && !body.empty(); ++i) {
        auto at = below(body.size()), length = 1 + below(std::min<std::size_t>(12, body.size() - at));
        switch (below(5)) {
            case 0: body[at] = static_cast<char>(below(256)); break;
            case 1: body.erase(at, length); break;
            case 2: body.insert(at, body.substr(at, length)); break;
            case 3: body.insert(at, pieces[below(pieces.size())]); break;
            case 4: body.replace(at, length, pieces[below(pieces.size())]); break;
        }
    }
    return body;
}

TEST_P(BadInput, a_damaged_order_is_refused_or_taken_whole)
{
    Installation crm(GetParam());
    const std::string json = json::text_of(order_of("1", {{"currency", "UAH"}, {"date", "2026-01-15 12:00:00"}}));
    const std::string form =
        "wp_order_number=1&product_service=F&quantity=1000&url=https%3A%2F%2Ft.me%2Fa&client_email=o%40ukr.net";
    std::mt19937 random(20'261'122);
    std::vector<std::int64_t> taken;
    int refused = 0;
    for (int i = 0; i < 500; ++i) {
        bool as_json = i % 4 != 0;
        auto headers = bearer(crm.shop());
        headers.emplace_back("Content-Type", as_json ? "application/json" : "application/x-www-form-urlencoded");
        auto body = mutated(as_json ? json : form, random);
        auto reply = read(http_call("POST", crm.url("/api/v1/createOrder"), headers, body));
        ASSERT_TRUE(reply.status() >= 200 && reply.status() < 500)
            << reply.status() << reply.http.error << reply.http.body << "\n"
            << body;
        if (reply.status() == 200 && !reply.replayed()) taken.push_back(reply.number("order_id"));
        refused += reply.status() >= 400;
    }
    EXPECT_GT(taken.size(), 20U);
    EXPECT_GT(refused, 200);
    EXPECT_EQ(crm.get("/api/v1/orders").text("meta.count"), std::to_string(taken.size()));
    for (auto id : taken) EXPECT_TRUE(history(crm.order(id)).starts_with("received")) << id << " is half written";
    EXPECT_EQ(crm.stop(), (Exit{0, 0}));
}

}  // namespace
}  // namespace smg::test
