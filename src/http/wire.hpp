#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace smg::http {

/// How the reply goes out on this connection.
struct Framing {
    bool http_1_0 = false;
    bool keep_alive = true;
    bool upgrade = false;  // the connection goes on with another protocol
};

std::string_view reason(int status);

/// Whether a reply of this status may have a body at all (RFC 9110).
bool may_have_body(int status);

/// The reply up to and including the empty line. A handler's header with a control character is left out, so that no value
/// can add a header of its own; those of framing are ours alone.
std::string reply_head(const Response& response, const Framing& framing, Time now);

}  // namespace smg::http
