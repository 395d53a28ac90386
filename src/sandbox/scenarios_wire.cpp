#include <fmt/core.h>

#include "sandbox/scenario_rows.hpp"

namespace smg::sandbox {
namespace {

using namespace rows;
using namespace std::string_view_literals;

constexpr Duration slow_by = std::chrono::seconds(3);
constexpr Duration drip_every = std::chrono::seconds(1);
constexpr std::uint64_t huge_bytes = 10ULL << 30;
constexpr std::size_t bomb_megabytes = 32, flood_of_heads = 100'000, flood_of_headers = 10'000, flood_of_cookies = 4'000;
constexpr std::size_t long_line = 8 << 20, chain_of_encodings = 200;

constexpr auto good_head = "HTTP/1.1 200 OK\r\nContent-Type: application/json";

std::string with_length(const Answer& answer)
{
    return fmt::format("{}\r\nContent-Length: {}", good_head, answer.text().size());
}

// A good reply but for its first line.
void begins(Answer& a, std::string_view first_line)
{
    goes_out(a, fmt::format("{}\r\nContent-Length: {}", first_line, a.text().size()), a.text());
}

// … but for the length that it names, which is the scenario's text.
void says_length(Answer& a, Q& q) { goes_out(a, fmt::format("{}\r\nContent-Length: {}", good_head, q.text), a.text()); }

void says_wrong_length(Answer& a, int off)
{
    auto length = static_cast<std::ptrdiff_t>(a.text().size()) + off;
    goes_out(a, fmt::format("{}\r\nContent-Length: {}", good_head, length), a.text());
}

// … in chunks, behind which the scenario's text comes.
void in_chunks(Answer& a, std::string_view rest)
{
    auto body = a.text();
    goes_out(a, fmt::format("{}\r\nTransfer-Encoding: chunked", good_head),
             fmt::format("{:x}\r\n{}\r\n{}", body.size(), body, rest));
}

void ends_with(Answer& a, Ending ending) { a.reply.ending = ending; }

constexpr Scenario connections[] = {
    every("slow", Takes::yes, "Three seconds later.", [](A& a, Q&) { a.reply.delay += slow_by; }),
    every("drip", Takes::yes, "One byte a second.", [](A& a, Q&) { a.reply.drip = drip_every; }),
    every("drip_head", Takes::yes, "One byte a second from the first line on.",
          [](A& a, Q&) {
              goes_out(a, with_length(a), a.text());
              a.reply.drip = drip_every;
          }),
    every("hang_before", Takes::no, "Makes no order and never answers.", [](A& a, Q&) { ends_with(a, Ending::hang); })
        .of_service(914),
    every("hang_after", Takes::yes, "Makes the order and never answers.", [](A& a, Q&) { ends_with(a, Ending::hang); })
        .of_service(901),
    every("close_before", Takes::no, "Makes no order and closes the connection.",
          [](A& a, Q&) { ends_with(a, Ending::close); }),
    every("close_after", Takes::yes, "Makes the order and closes the connection without a byte.",
          [](A& a, Q&) { ends_with(a, Ending::close); })
        .of_service(902),
    every("reset_before", Takes::no, "Makes no order and resets the connection.",
          [](A& a, Q&) { ends_with(a, Ending::reset); }),
    every("reset_after", Takes::yes, "Makes the order and resets the connection.",
          [](A& a, Q&) { ends_with(a, Ending::reset); })
        .of_service(911),
    every("reset_in_body", Takes::yes, "Resets in the middle of the body.",
          [](A& a, Q&) { ends_with(a, Ending::half_then_reset); }),
    every("reset_after_body", Takes::yes, "Resets right behind the whole reply.",
          [](A& a, Q&) { ends_with(a, Ending::whole_then_reset); }),
    every("half_body", Takes::yes, "Closes in the middle of the body.",
          [](A& a, Q&) { ends_with(a, Ending::half_then_close); }),
    every("hang_in_body", Takes::yes, "Stops in the middle of the body.",
          [](A& a, Q&) { ends_with(a, Ending::half_then_hang); }),
    every("half_head", Takes::yes, "Closes in the middle of the head.",
          [](A& a, Q&) { a.reply.bytes = "HTTP/1.1 200 OK\r\nContent-Le"; }),
    every("hang_in_head", Takes::yes, "Stops in the middle of the head.",
          [](A& a, Q&) {
              a.reply.bytes = "HTTP/1.1 200 OK\r\nContent-Le";
              ends_with(a, Ending::hang);
          }),
    every("head_alone", Takes::yes, "Promises a body and closes.", [](A& a, Q&) { goes_out(a, with_length(a), ""); }),
    every("hang_after_head", Takes::yes, "Promises a body that never comes.",
          [](A& a, Q&) {
              goes_out(a, with_length(a), "");
              ends_with(a, Ending::hang);
          }),
};

constexpr Scenario protocols[] = {
    every("not_http", Takes::yes, "Speaks another protocol.", [](A& a, Q&) { a.reply.bytes = "SSH-2.0-OpenSSH_9.2\r\n"; }),
    every("tls_alert", Takes::yes, "A TLS alert in reply to plain HTTP.",
          [](A& a, Q&) { a.reply.bytes = "\x15\x03\x01\x00\x02\x02\x28"sv; }),
    every("http_0_9", Takes::yes, "A body without any head.", [](A& a, Q&) { a.reply.bytes = a.text(); }),
    every("http_2_preface", Takes::yes, "The beginning of HTTP/2.",
          [](A& a, Q&) { a.reply.bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"sv; }),
    every("http_2_frames", Takes::yes, "A frame of HTTP/2.",
          [](A& a, Q&) { a.reply.bytes = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"sv; }),
    every("http_9", Takes::yes, "HTTP/9.9.", [](A& a, Q&) { begins(a, "HTTP/9.9 200 OK"); }),
    every("status_in_words", Takes::yes, "The status comes behind its words.",
          [](A& a, Q&) { begins(a, "HTTP/1.1 OK 200"); }),
    every("status_zero", Takes::yes, "Status 000.", [](A& a, Q&) { begins(a, "HTTP/1.1 000 None"); }),
    every("status_999", Takes::yes, "Status 999.", [](A& a, Q&) { begins(a, "HTTP/1.1 999 Request denied"); }),
    every("status_long", Takes::yes, "Status 2000.", [](A& a, Q&) { begins(a, "HTTP/1.1 2000 OK"); }),
    every("switching_protocols", Takes::yes, "101, and then something else.",
          [](A& a, Q&) { goes_out(a, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade", a.text()); }),
    every("early_hints_flood", Takes::yes, "Interim replies without end.",
          [](A& a, Q&) { a.reply.bytes = repeated("HTTP/1.1 103 Early Hints\r\n\r\n", flood_of_heads); }),
    every("continue_flood", Takes::yes, "`Continue` without end.",
          [](A& a, Q&) { a.reply.bytes = repeated("HTTP/1.1 100 Continue\r\n\r\n", flood_of_heads); }),
    every("endless_header", Takes::yes, "A header of 8 MiB.",
          [](A& a, Q&) { a.reply.bytes = "HTTP/1.1 200 OK\r\nX-Long: " + std::string(long_line, 'x'); }),
    every("header_flood", Takes::yes, "10,000 headers.",
          [](A& a, Q&) { goes_out(a, with_length(a) + repeated("\r\nX-More: 1", flood_of_headers), a.text()); }),
    every(
        "cookie_flood", Takes::yes, "4,000 cookies.",
        [](A& a, Q&) { goes_out(a, with_length(a) + repeated("\r\nSet-Cookie: a=b; Path=/", flood_of_cookies), a.text()); }),
    every("header_without_colon", Takes::yes, "A header that is none.",
          [](A& a, Q&) { goes_out(a, with_length(a) + "\r\nNonsense", a.text()); }),
    every("header_with_nul", Takes::yes, "A zero byte in a header.",
          [](A& a, Q&) { goes_out(a, with_length(a) + std::string("\r\nX-Nul: a\0b"sv), a.text()); }),
    every("header_folded", Takes::yes, "A header on two lines.",
          [](A& a, Q&) { goes_out(a, with_length(a) + "\r\nX-Fold: a\r\n b", a.text()); }),
    every("bare_line_feeds", Takes::yes, "Lines that end with a line feed alone.",
          [](A& a, Q&) {
              a.reply.bytes = fmt::format("HTTP/1.1 200 OK\nContent-Length: {}\n\n{}", a.text().size(), a.text());
          }),
};

constexpr Scenario lengths[] = {
    every("http_1_0", Takes::yes, "HTTP/1.0: the body ends with the connection.",
          [](A& a, Q&) { goes_out(a, "HTTP/1.0 200 OK", a.text()); }),
    every("no_length", Takes::yes, "No length: the body ends with the connection.",
          [](A& a, Q&) { goes_out(a, std::string(good_head) + "\r\nConnection: close", a.text()); }),
    every("no_length_cut", Takes::yes, "No length, and the last character is missing.",
          [](A& a, Q&) { goes_out(a, good_head, a.text().substr(0, a.text().size() - 1)); }),
    every("length_short", Takes::yes, "A length five less than the body's.", [](A& a, Q&) { says_wrong_length(a, -5); }),
    every("length_long", Takes::yes, "A length more than the body's, then the end.",
          [](A& a, Q&) { says_wrong_length(a, 100); }),
    every("length_long_hang", Takes::yes, "A length more than the body's, then silence.",
          [](A& a, Q&) {
              says_wrong_length(a, 100);
              ends_with(a, Ending::hang);
          }),
    every("length_zero", Takes::yes, "Length 0, and yet a body.", says_length, "0"),
    every("length_negative", Takes::yes, "Length -1.", says_length, "-1"),
    every("length_word", Takes::yes, "A length that is no number.", says_length, "many"),
    every("length_overflow", Takes::yes, "A length of 20 digits.", says_length, "99999999999999999999"),
    every("length_twice", Takes::yes, "Two lengths that differ.", says_length, "4096\r\nContent-Length: 3"),
    every("two_answers", Takes::yes, "Another reply behind the reply.",
          [](A& a, Q&) {
              goes_out(a, with_length(a), a.text() + "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"order\":1}");
          }),
    every("late_garbage", Takes::yes, "Garbage behind the reply.",
          [](A& a, Q&) { goes_out(a, with_length(a), a.text() + "\x01\x02garbage"); }),
    every("chunked", Takes::yes, "In chunks, as it should be.", [](A& a, Q&) { in_chunks(a, "0\r\n\r\n"); }),
    every("chunked_cut", Takes::yes, "The last chunk is missing.", [](A& a, Q&) { in_chunks(a, ""); }),
    every("chunked_hang", Takes::yes, "The last chunk never comes.",
          [](A& a, Q&) {
              in_chunks(a, "");
              ends_with(a, Ending::hang);
          }),
    every("chunked_garbage", Takes::yes, "A chunk whose size is no number.", [](A& a, Q&) { in_chunks(a, "zz\r\nxx\r\n"); }),
    every("chunked_overflow", Takes::yes, "A chunk of more bytes than there are.",
          [](A& a, Q&) { in_chunks(a, "ffffffffffffffffff\r\nx"); }),
    every("chunked_trailers", Takes::yes, "8 MiB behind the last chunk.",
          [](A& a, Q&) { in_chunks(a, "0\r\nX-Long: " + std::string(long_line, 'x')); }),
    every("chunked_endless", Takes::yes, "A chunk of 10 GiB.",
          [](A& a, Q&) {
              in_chunks(a, "280000000\r\n");
              a.reply.filler = huge_bytes;
          }),
    every("chunked_and_length", Takes::yes, "Chunks and a length.",
          [](A& a, Q&) {
              goes_out(a, std::string(good_head) + "\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
                       fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", a.text().size(), a.text()));
          }),
    every("huge_body", Takes::yes, "A body of 10 GiB.", [](A& a, Q&) { a.reply.filler = huge_bytes; }),
    every("padded_body", Takes::yes, "A good body and 900 KiB of spaces.", [](A& a, Q&) { a.reply.filler = 900 << 10; }),
    every("body_too_long", Takes::yes, "A good body and 2 MiB of spaces.", [](A& a, Q&) { a.reply.filler = 2 << 20; }),
};

const std::string& bomb()
{
    static const auto packed_once = gzip_bomb(bomb_megabytes);
    return packed_once;
}

constexpr Scenario encodings[] = {
    every(
        "gzip", Takes::yes, "Packed, as it should be.", [](A& a, Q& q) { packed(a, gzip(a.text()), q.text); }, "gzip"),
    every(
        "gzip_cut", Takes::yes, "Packed, and the end is missing.",
        [](A& a, Q& q) { packed(a, gzip(a.text()).substr(0, 20), q.text); }, "gzip"),
    every(
        "gzip_garbage", Takes::yes, "Says that it is packed, and is not.", [](A& a, Q& q) { packed(a, a.text(), q.text); },
        "gzip"),
    every(
        "gzip_and_more", Takes::yes, "Garbage behind what is packed.",
        [](A& a, Q& q) { packed(a, gzip(a.text()) + "garbage", q.text); }, "gzip"),
    every(
        "gzip_bomb", Takes::yes, "32 MiB packed into a thousandth.", [](A& a, Q& q) { packed(a, bomb(), q.text); }, "gzip"),
    every(
        "gzip_bomb_twice", Takes::yes, "A bomb within a bomb.", [](A& a, Q& q) { packed(a, gzip(bomb()), q.text); },
        "gzip, gzip"),
    every(
        "gzip_of_another", Takes::yes, "Packed once, said to be packed twice.",
        [](A& a, Q& q) { packed(a, gzip(a.text()), q.text); }, "gzip, gzip"),
    every(
        "deflate_garbage", Takes::yes, "Says deflate, and is not.", [](A& a, Q& q) { packed(a, a.text(), q.text); },
        "deflate"),
    every(
        "brotli_garbage", Takes::yes, "Says brotli, and is not.", [](A& a, Q& q) { packed(a, a.text(), q.text); }, "br"),
    every(
        "unknown_encoding", Takes::yes, "An encoding nobody has heard of.", [](A& a, Q& q) { packed(a, a.text(), q.text); },
        "x-smg"),
    every("encoding_chain", Takes::yes, "Said to be packed 200 times.",
          [](A& a, Q&) { packed(a, gzip(a.text()), repeated("gzip, ", chain_of_encodings) + "gzip"); }),
};

std::vector<Scenario> whole()
{
    std::vector<Scenario> table;
    for (std::span<const Scenario> part : {std::span<const Scenario>(connections), std::span<const Scenario>(protocols),
                                           std::span<const Scenario>(lengths), std::span<const Scenario>(encodings)})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

}  // namespace

std::span<const Scenario> wire_scenarios()
{
    static const auto table = whole();
    return table;
}

}  // namespace smg::sandbox
