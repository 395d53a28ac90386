#include "realtime/frame.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace smg::realtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As a client sends it: masked.
std::string frame(unsigned char first, std::string_view payload, bool masked = true)
{
    auto head = *encoded(Opcode::text, payload);
    auto at = head.size() - payload.size();
    std::string out(head.substr(0, at));
    out[0] = static_cast<char>(first);
    if (!masked) return out + std::string(payload);
    out[1] = static_cast<char>(out[1] | 0x80);
    const unsigned char mask[] = {1, 2, 3, 250};
    for (auto byte : mask) out += static_cast<char>(byte);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
    return out;
}

struct Ear {
    FrameReader reader{1000};
    std::vector<std::string> heard;
    int feed(std::string_view bytes)
    {
        return reader.feed(bytes, [this](Opcode opcode, std::string_view payload) {
            heard.push_back(std::to_string(static_cast<int>(opcode)) + ":" + std::string(payload));
            return opcode != Opcode::close;
        });
    }
};

TEST(Frames, are_read_whole_whatever_the_pieces)
{
    auto bytes = frame(0x81, "hello") + frame(0x81, std::string(300, 'x')) + frame(0x89, "p");
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        Ear ear;
        for (std::size_t at = 0; at < bytes.size(); at += size)
            ASSERT_EQ(ear.feed(std::string_view(bytes).substr(at, size)), 0);
        EXPECT_THAT(ear.heard, ElementsAre("1:hello", "1:" + std::string(300, 'x'), "9:p"));
    }
}

TEST(Frames, of_one_message_are_joined_with_control_frames_between)
{
    Ear ear;
    EXPECT_EQ(ear.feed(frame(0x01, "he") + frame(0x89, "") + frame(0x00, "l") + frame(0x80, "lo")), 0);
    EXPECT_THAT(ear.heard, ElementsAre("9:", "1:hello"));
}

TEST(Frames, that_break_the_protocol_end_it_with_its_code)
{
    auto code = [](const std::string& bytes) { return Ear().feed(bytes); };
    EXPECT_EQ(code(frame(0x81, "x", false)), protocol_error);                  // not masked
    EXPECT_EQ(code(frame(0xC1, "x")), protocol_error);                         // an extension nobody agreed on
    EXPECT_EQ(code(frame(0x83, "x")), protocol_error);                         // no such opcode
    EXPECT_EQ(code(frame(0x80, "x")), protocol_error);                         // goes on with nothing
    EXPECT_EQ(code(frame(0x01, "x") + frame(0x81, "y")), protocol_error);      // a second message in the first
    EXPECT_EQ(code(frame(0x09, "x")), protocol_error);                         // a control frame in pieces
    EXPECT_EQ(code(frame(0x89, std::string(126, 'x'))), protocol_error);       // or too long
    EXPECT_EQ(code(frame(0x88, "x")), protocol_error);                         // half a close code
    EXPECT_EQ(code(frame(0x88, std::string("\x03\xED", 2))), protocol_error);  // 1005 is never sent
    EXPECT_EQ(code(frame(0x81, "\xFF")), not_utf8);
    EXPECT_EQ(code(frame(0x81, std::string(1001, 'x'))), too_big);
    EXPECT_EQ(code(frame(0x01, std::string(600, 'x')) + frame(0x80, std::string(600, 'x'))), too_big);
    EXPECT_EQ(code(std::string("\x81\xFE\x00\x05", 4) + "mask"), protocol_error);  // a short length written long
    EXPECT_EQ(code(frame(0x88, std::string("\x03\xE8", 2) + "bye")), 0);
}

TEST(Frames, too_large_are_refused_before_their_payload_comes)
{
    Ear ear;
    EXPECT_EQ(ear.feed(frame(0x81, std::string(70'000, 'x')).substr(0, 14)), too_big);
    EXPECT_THAT(ear.heard, IsEmpty());
}

TEST(Frames, after_a_close_are_not_read)
{
    Ear ear;
    EXPECT_EQ(ear.feed(frame(0x88, "") + frame(0x81, "late")), 0);
    EXPECT_EQ(ear.feed(frame(0x81, "later")), 0);
    EXPECT_THAT(ear.heard, ElementsAre("8:"));
}

}  // namespace
}  // namespace smg::realtime
