#include <gtest/gtest.h>

#include <random>

#include "http/test_server.hpp"

namespace smg::http {
namespace {

using namespace std::chrono_literals;

struct Refused {
    std::string name, bytes;
    int status = 400;
};

std::vector<Refused> corpus()
{
    const std::string smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string many;
    for (int i = 0; i < 100; ++i) many += "H" + std::to_string(i) + ": x\r\n";
    return {
        {"CL.TE", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", smuggled)},
        {"TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", smuggled)},
        {"TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", smuggled)},
        {"TE twice, one odd", post("Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n", smuggled)},
        {"TE identity", post("Transfer-Encoding: identity\r\n", smuggled)},
        {"TE gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", smuggled)},
        {"TE chunked, gzip", post("Transfer-Encoding: chunked, gzip\r\n", smuggled)},
        {"TE chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", smuggled)},
        {"TE xchunked", post("Transfer-Encoding: xchunked\r\n", smuggled)},
        {"TE quoted", post("Transfer-Encoding: \"chunked\"\r\n", smuggled)},
        {"TE with parameter", post("Transfer-Encoding: chunked;q=1\r\n", smuggled)},
        {"TE empty", post("Transfer-Encoding:\r\n", smuggled)},
        {"TE with vertical tab", post("Transfer-Encoding: \x0b"
                                      "chunked\r\n",
                                      smuggled)},
        {"TE with space before colon", post("Transfer-Encoding : chunked\r\n", smuggled)},
        {"TE with tab before colon", post("Transfer-Encoding\t: chunked\r\n", smuggled)},
        {"TE with leading space", post(" Transfer-Encoding: chunked\r\n", smuggled)},
        {"TE folded", post("Transfer-Encoding:\r\n chunked\r\n", smuggled)},
        {"TE behind a bare CR", post("X: x\rTransfer-Encoding: chunked\r\n", smuggled)},
        {"TE behind a bare LF", post("X: x\nTransfer-Encoding: chunked\r\n", smuggled)},
        {"chunked on 1.0", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled},
        {"CL differing", post("Content-Length: 4\r\nContent-Length: 5\r\n", "hello")},
        {"CL repeated", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
        {"CL list", post("Content-Length: 5, 5\r\n", "hello")},
        {"CL signed", post("Content-Length: +5\r\n", "hello")},
        {"CL negative", post("Content-Length: -5\r\n", "hello")},
        {"CL hex", post("Content-Length: 0x5\r\n", "hello")},
        {"CL empty", post("Content-Length:\r\n", "hello")},
        {"CL fraction", post("Content-Length: 5.0\r\n", "hello")},
        {"CL with inner space", post("Content-Length: 1 0\r\n", "hello")},
        {"CL folded", post("Content-Length: 5\r\n 0\r\n", "hello")},
        {"CL of 2^64", post("Content-Length: 18446744073709551617\r\n", "h"), 413},
        {"CL of 2 MiB", post("Content-Length: 2097152\r\n"), 413},
        {"CL of 2 MiB, expecting", post("Content-Length: 2097152\r\nExpect: 100-continue\r\n"), 413},
        {"unknown expectation", post("Content-Length: 1\r\nExpect: tea\r\n"), 417},
        {"chunk size is no hex", post("Transfer-Encoding: chunked\r\n", "g\r\nhello\r\n0\r\n\r\n")},
        {"chunk size negative", post("Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n")},
        {"chunk size of 2^64", post("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n")},
        {"chunk longer than said", post("Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n")},
        {"chunk with bare LF", post("Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n"), 408},
        {"CL in a trailer", post("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n")},
        {"chunks of 2 MiB", post("Transfer-Encoding: chunked\r\n", "200000\r\n" + std::string(2 * 1024 * 1024, 'x')), 413},
        {"folded header", post("X: a\r\n b\r\n")},
        {"bare LF after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n"},
        {"bare LF ends the header", "GET / HTTP/1.1\r\nHost: x\n\n"},
        {"bare CR", "GET / HTTP/1.1\rHost: x\r\n\r\n"},
        {"NUL in a value", std::string("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 36)},
        {"NUL in a name", std::string("GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n", 35)},
        {"DEL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: \x7f\r\n\r\n"},
        {"name empty", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n"},
        {"name with a byte above 127", "GET / HTTP/1.1\r\nHost: x\r\n\xD0\x90: b\r\n\r\n"},
        {"no colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"},
        {"101 headers", "GET / HTTP/1.1\r\nHost: x\r\n" + many + "\r\n"},
        {"header of 10 KiB", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(10'240, 'a') + "\r\n\r\n", 431},
        {"target of 10 KiB", get("/" + std::string(10'240, 'a')), 431},
        {"endless header", std::string(64 * 1024, 'a'), 431},
        {"no Host", "GET / HTTP/1.1\r\n\r\n"},
        {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"},
        {"Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"},
        {"Host with a user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n"},
        {"Host differs from the target", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"two Authorizations", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"},
        {"CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"authority as target", get("x:80")},
        {"other scheme", get("ftp://x/")},
        {"scheme alone", get("http")},
        {"scheme and nothing more", get("https://")},
        {"no host in the target", get("http:///a")},
        {"user in the target", get("http://u@x/")},
        {"* for GET", get("*")},
        {"relative target", get("a/b")},
        {"empty target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"fragment", get("/a#b")},
        {"raw UTF-8 in the target", get("/\xD0\x90")},
        {"bad escape", get("/%zz")},
        {"cut escape", get("/%4")},
        {"NUL in the path", get("/%00")},
        {"line end in the path", get("/%0d%0a")},
        {"path not UTF-8", get("/%ff")},
        {"overlong slash", get("/%c0%af")},
        {"dots", get("/a/../b")},
        {"escaped dots", get("/a/%2e%2E/b")},
        {"dots at the end", get("/a/..")},
        {"one dot", get("/./a")},
        {"escaped slash", get("/a%2fb")},
        {"dots behind an escaped slash", get("/a/..%2fb")},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"method in lower case", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"method with a colon", "GE:T / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"HTTP/0.9", "GET /\r\n\r\n"},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
        {"http in lower case", "GET / http/1.1\r\nHost: x\r\n\r\n"},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"tab", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"space at the end of the line", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"},
        {"space at the beginning", " GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"three empty lines first", "\r\n\r\n\r\n" + get("/")},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
        {"binary", "\x01\x02\x03\x04"},
    };
}

TEST(Server, refuses_whatever_two_servers_could_read_in_two_ways)
{
    Limits limits;
    limits.body_time = 2s;
    TestServer server(limits);
    for (const auto& row : corpus()) {
        RawClient client(server.port);
        client.send(row.bytes);
        bool closed = false;
        auto reply = client.rest(&closed);
        EXPECT_TRUE(reply.starts_with("HTTP/1.1 " + std::to_string(row.status) + " ")) << row.name << "\n"
                                                                                       << reply.substr(0, 200);
        EXPECT_EQ(reply.find("}HTTP/1.1 "), std::string::npos) << row.name << ": one reply only";
        EXPECT_TRUE(closed) << row.name;
        EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos) << row.name;
        EXPECT_TRUE(body_of(reply).starts_with("{\"message\":\"")) << row.name << body_of(reply);
        EXPECT_EQ(reply.contains("\r\nAllow: GET, HEAD, "), row.status == 405) << row.name;
    }
    EXPECT_TRUE(server.well());
}

std::string mutated(std::string bytes, std::mt19937& random)
{
    constexpr std::string_view spice = "\r\n: \t/%#?*,;0-\x00\xff";
    auto below = [&](std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); };
    for (auto times = below(6); times > 0 && !bytes.empty(); --times) {
        auto at = below(bytes.size());
        switch (below(5)) {
            case 0: bytes[at] = static_cast<char>(below(256)); break;
            case 1: bytes.erase(at, below(8)); break;
            case 2: bytes.insert(at, 1, spice[below(spice.size())]); break;
            case 3: bytes.insert(at, bytes.substr(below(bytes.size()), below(40))); break;
            default: bytes.resize(at); break;
        }
    }
    return bytes;
}

TEST(Server, survives_random_bytes_and_never_blames_itself)
{
    Limits limits;
    limits.header_time = limits.body_time = limits.linger_time = 2s;
    TestServer server(limits);
    std::mt19937 random(20'240'501);
    auto seeds = corpus();
    std::erase_if(seeds, [](const Refused& row) { return row.bytes.size() > 20'000; });
    seeds.push_back({"", post("Content-Length: 5\r\n", "hello")});
    seeds.push_back({"", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n")});
    for (int i = 0; i < 3000; ++i) {
        std::string bytes(random() % 200, '\0');
        if (i % 10 == 0) {
            for (char& c : bytes) c = static_cast<char>(random());
        } else {
            bytes = mutated(seeds[random() % seeds.size()].bytes, random);
        }
        RawClient client(server.port);
        client.send(bytes);
        client.end();
        bool closed = false;
        auto reply = client.rest(&closed);
        ASSERT_TRUE(closed) << i;
        for (auto at = reply.find("HTTP/1.1 "); at != std::string::npos; at = reply.find("HTTP/1.1 ", at + 1))
            ASSERT_NE(reply[at + 9], '5') << bytes;
    }
    EXPECT_TRUE(server.well());
}

}  // namespace
}  // namespace smg::http
