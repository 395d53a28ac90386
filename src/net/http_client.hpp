#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/describe/enum.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"

namespace smg::net {

struct HttpRequest {
    std::string method = "POST";
    std::string url = {};
    std::vector<std::pair<std::string, std::string>> headers = {};  // never Host, Content-Length, Transfer-Encoding, Expect
    std::string body = {};
    Duration connect_timeout = std::chrono::seconds(5);
    Duration timeout = std::chrono::seconds(15);  // of the whole call
    std::size_t max_body = 1024 * 1024;           // of the reply, after decompression
    bool allow_private = false;                   // this very host:port may be a private address
};

struct HttpReply {
    int status = 0;
    std::string content_type = {};
    std::string body = {};
    int retry_after_s = 0;      // of the Retry-After header, 0 = none
    std::string location = {};  // where a redirect would lead, absolute; it was not followed
};

enum class Failure {
    bad_url,          // not http(s), credentials in it, or unreadable
    bad_request,      // a method or header that cannot be sent
    refused_address,  // the guard: private, loopback, link-local … and not allowed for this call
    resolve,
    connect,
    tls,
    aborted,  // `before_write` said no, or the client was closed
    timeout,
    reset,  // closed or broken before the reply was whole
    too_large,
    protocol,  // not HTTP
};
BOOST_DESCRIBE_ENUM(Failure, bad_url, bad_request, refused_address, resolve, connect, tls, aborted, timeout, reset,
                    too_large, protocol)

struct HttpFailure {
    Failure kind = Failure::protocol;
    bool sent = false;         // false is a proof: not one byte of the request was written
    std::string message = {};  // for a person; holds neither the path nor the body
};

using HttpResult = std::expected<HttpReply, HttpFailure>;

/// Calls that may be repeated: status, balance, Telegram. All outgoing HTTP passes this file, and with it the address guard,
/// the limits and the rule that redirects are not followed. Used on the I/O thread's loop only, waits without holding it; to
/// be destroyed before the loop. Whoever still waits then gets `aborted`.
class HttpClient {
public:
    explicit HttpClient(boost::asio::io_context& io);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    Async<HttpResult> perform(HttpRequest request);

private:
    struct Loop;
    std::shared_ptr<Loop> loop_;
};

/// For a request that must never be repeated: one fresh connection, HTTP/1.1, no retry of any kind; blocks the calling
/// thread. `before_write` is called after connecting (and TLS) and before the first byte of the request is written; when it
/// answers false or throws, nothing is written and the failure is `aborted` with `sent == false`.
HttpResult send_once(const HttpRequest& request, const std::function<bool()>& before_write);

}  // namespace smg::net
