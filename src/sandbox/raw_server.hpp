#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace smg::sandbox {

/// A request and the connection it came on, numbered from 1 in the order of accepting: one `add` must be one of each.
struct RawRequest {
    http::Request http;
    std::uint64_t connection = 0;
};

/// How a reply ends, or that it never begins. The http server cannot do this, and must not be able to.
enum class Ending {
    whole,
    hang,             // not a byte, the connection stays open
    close,            // closed without a byte
    reset,            // RST without a byte
    half_then_close,  // the header promises a body of which half comes
    half_then_hang,
    half_then_reset,
    whole_then_reset,
};

struct RawReply {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<http::Header> headers = {};
    std::string body = {};
    Duration delay{0};  // before the first byte
    Ending ending = Ending::whole;
    Duration drip{0};          // between the single bytes of the body; 0 = at once
    std::uint64_t filler = 0;  // so many spaces follow the body, inside its Content-Length
    // When not empty, exactly this goes out in place of an HTTP reply, dripping and with the filler behind it; then comes
    // the `ending`, which is `close` when it says nothing else.
    std::string bytes = {};
    std::shared_ptr<const void> held = {};  // let go when all has gone out, or the client is gone
};

using RawHandler = std::function<RawReply(const RawRequest&)>;

/// HTTP/1.1 server that can misbehave below HTTP. For the simulators alone: no limits on connections, no TLS. All runs on
/// the io_context's one thread, the handler too.
class RawServer {
public:
    RawServer(boost::asio::io_context& io, RawHandler handler);
    ~RawServer();

    /// `127.0.0.1:0` picks a port; gives the address with the port that it got. Anything but loopback is refused: a
    /// simulator believes whoever comes.
    Result<std::string> listen(const std::string& address);

    /// Stops accepting and closes all connections. On the io_context's thread.
    void stop();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace smg::sandbox
