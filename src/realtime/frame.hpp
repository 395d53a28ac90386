#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace smg::realtime {

/// WebSocket's frames (RFC 6455) without extensions. A message to many clients is encoded once and its bytes are shared,
/// since a server's frames are not masked.
enum class Opcode : unsigned char { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

using Bytes = std::shared_ptr<const std::string>;

Bytes encoded(Opcode opcode, std::string_view payload);
Bytes encoded_close(int code, std::string_view reason);

/// RFC 6455, 7.4.1.
enum CloseCode : int { normal = 1000, protocol_error = 1002, not_utf8 = 1007, too_big = 1009 };

/// Puts messages together from what a client sends, in whatever pieces it comes.
class FrameReader {
public:
    /// `most`: bytes of a message.
    explicit FrameReader(std::size_t most) : most_(most) {}

    /// A whole message or a control frame; false ends the reading: what comes after it is heard no more.
    using Heard = std::function<bool(Opcode, std::string_view)>;

    /// 0, or the code to close with.
    int feed(std::string_view bytes, const Heard& heard);

private:
    struct Header {
        std::size_t bytes = 0;  // of the header itself; 0: not all of it is here
        bool final = false;
        Opcode opcode = Opcode::text;
        std::size_t length = 0;
        unsigned char mask[4] = {};
    };
    int read_header(std::string_view bytes, Header& header) const;
    int message(const Header& header, std::string payload, const Heard& heard);

    std::size_t most_;
    bool ended_ = false;
    bool open_ = false;  // a message in several frames is under way
    Opcode opened_ = Opcode::text;
    std::string message_, rest_;
};

}  // namespace smg::realtime
