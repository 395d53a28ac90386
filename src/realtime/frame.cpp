#include "realtime/frame.hpp"

#include <utility>

#include "base/text.hpp"

namespace smg::realtime {
namespace {

constexpr std::size_t longest_control = 125;

void append_header(std::string& out, Opcode opcode, std::size_t length)
{
    out += static_cast<char>(0x80 | static_cast<unsigned char>(opcode));
    int bytes = 0;
    if (length < 126) {
        out += static_cast<char>(length);
    } else if (length <= 0xFFFF) {
        out += static_cast<char>(126);
        bytes = 2;
    } else {
        out += static_cast<char>(127);
        bytes = 8;
    }
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((length >> (8 * i)) & 0xFF);
}

bool control(Opcode opcode) { return static_cast<unsigned char>(opcode) >= 8; }

bool known(unsigned char opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

// What a peer may give as its reason to close (RFC 6455, 7.4).
bool valid_close(std::string_view payload)
{
    if (payload.empty()) return true;
    if (payload.size() == 1) return false;
    int code = static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    bool standard = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    return (standard || (code >= 3000 && code <= 4999)) && valid_utf8(payload.substr(2));
}

}  // namespace

Bytes encoded(Opcode opcode, std::string_view payload)
{
    std::string out;
    out.reserve(payload.size() + 10);
    append_header(out, opcode, payload.size());
    out += payload;
    return std::make_shared<const std::string>(std::move(out));
}

Bytes encoded_close(int code, std::string_view reason)
{
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload += cut(reason, longest_control - 2);
    return encoded(Opcode::close, payload);
}

int FrameReader::read_header(std::string_view bytes, Header& header) const
{
    if (bytes.size() < 2) return 0;
    auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    header.final = (at(0) & 0x80) != 0;
    if ((at(0) & 0x70) != 0 || !known(at(0) & 0x0F) || (at(1) & 0x80) == 0) return protocol_error;
    header.opcode = static_cast<Opcode>(at(0) & 0x0F);
    std::uint64_t length = at(1) & 0x7F;
    if (control(header.opcode) && (length > longest_control || !header.final)) return protocol_error;
    std::size_t wide = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < 2 + wide + 4) return 0;
    if (wide > 0) {
        length = 0;
        for (std::size_t i = 0; i < wide; ++i) length = length << 8 | at(2 + i);
        if (length < (wide == 2 ? 126u : 0x10000u)) return protocol_error;
    }
    if (length > most_ || (!control(header.opcode) && message_.size() + length > most_)) return too_big;
    header.length = static_cast<std::size_t>(length);
    for (std::size_t i = 0; i < 4; ++i) header.mask[i] = at(2 + wide + i);
    header.bytes = 2 + wide + 4;
    return 0;
}

int FrameReader::message(const Header& header, std::string payload, const Heard& heard)
{
    if (control(header.opcode)) {
        if (header.opcode == Opcode::close && !valid_close(payload)) return protocol_error;
        ended_ = !heard(header.opcode, payload);
        return 0;
    }
    bool continues = header.opcode == Opcode::continuation;
    if (continues != open_) return protocol_error;
    if (!continues) opened_ = header.opcode;
    open_ = !header.final;
    if (open_ || continues) {
        message_ += payload;
        if (open_) return 0;
        payload = std::exchange(message_, {});
    }
    if (opened_ == Opcode::text && !valid_utf8(payload)) return not_utf8;
    ended_ = !heard(opened_, payload);
    return 0;
}

int FrameReader::feed(std::string_view bytes, const Heard& heard)
{
    if (ended_) return 0;
    std::string joined;
    if (!rest_.empty()) {
        joined = std::exchange(rest_, {});
        joined += bytes;
        bytes = joined;
    }
    while (!ended_) {
        Header header;
        if (int wrong = read_header(bytes, header)) return wrong;
        if (header.bytes == 0 || bytes.size() < header.bytes + header.length) break;
        std::string payload(bytes.substr(header.bytes, header.length));
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(static_cast<unsigned char>(payload[i]) ^ header.mask[i % 4]);
        bytes.remove_prefix(header.bytes + header.length);
        if (int wrong = message(header, std::move(payload), heard)) return wrong;
    }
    if (!ended_) rest_ = bytes;
    return 0;
}

}  // namespace smg::realtime
