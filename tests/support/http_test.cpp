#include "support/http.hpp"

#include <gmock/gmock.h>

#include "support/program.hpp"

namespace smg::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Node's own server: a second opinion on what HTTP is.
constexpr auto echo_server = R"(
    const server = require('http').createServer((request, response) => {
        let body = '';
        request.on('data', part => body += part);
        request.on('end', () => {
            response.writeHead(201, {'X-Method': request.method, 'X-Seen': request.headers['x-sent'] || ''});
            response.end(body);
        });
    });
    server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({listening: '127.0.0.1:' + server.address().port})));
)";

struct HttpCall : ::testing::Test {
    Program server{"node", {.arguments = {"-e", echo_server}}};
};

TEST_F(HttpCall, carries_method_headers_and_body)
{
    auto answer = http_call("PUT", server.url("/x"), {{"X-Sent", "value"}}, "body");
    EXPECT_EQ(answer.status, 201) << answer.error;
    EXPECT_EQ(answer.header("x-method"), "PUT");
    EXPECT_EQ(answer.header("x-seen"), "value");
    EXPECT_EQ(answer.body, "body");
    EXPECT_EQ(answer.header("x-absent"), "");
}

TEST_F(HttpCall, gets_without_a_body) { EXPECT_EQ(http_call("GET", server.url("/")).header("x-method"), "GET"); }

TEST_F(HttpCall, raw_bytes_reach_the_server_as_they_are)
{
    EXPECT_THAT(raw_call(server.port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
                StartsWith("HTTP/1.1 201"));
    EXPECT_THAT(raw_call(server.port(), "nonsense\r\n\r\n"), HasSubstr("400 Bad Request"));
}

TEST_F(HttpCall, that_nobody_answers_has_no_status_and_a_reason)
{
    auto url = server.url();
    server.kill();
    server.wait();
    auto answer = http_call("GET", url);
    EXPECT_EQ(answer.status, 0);
    EXPECT_NE(answer.error, "");
}

}  // namespace
}  // namespace smg::test
