#include "sandbox/payloads.hpp"

#include <fmt/core.h>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstdint>

namespace smg::sandbox {
namespace {

std::string little_endian(std::uint32_t number)
{
    std::string out;
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xFF);
    return out;
}

// The block `times` times, in gzip's frame.
std::string packed(std::string_view block, std::size_t times)
{
    namespace zlib = boost::beast::zlib;
    std::string out(block.size() * times / 100 + block.size() / times + 1024, '\0');
    zlib::deflate_stream deflate;
    zlib::z_params at{};
    at.next_out = out.data();
    at.avail_out = out.size();
    boost::crc_32_type crc;
    for (std::size_t n = 0; n < times; ++n) {
        at.next_in = block.data();
        at.avail_in = block.size();
        boost::system::error_code error;
        deflate.write(at, n + 1 < times ? zlib::Flush::none : zlib::Flush::finish, error);
        crc.process_bytes(block.data(), block.size());
    }
    out.resize(at.total_out);
    std::string header("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\xFF", 10);
    return header + out + little_endian(crc.checksum()) + little_endian(static_cast<std::uint32_t>(times * block.size()));
}

}  // namespace

std::string cloudflare_page(int status)
{
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>panel.example | {0}: Web server is returning an "
        "error</title></head>"
        "<body><div id=\"cf-wrapper\"><h1>Error code {0}</h1><p>Cloudflare Ray ID: "
        "<strong>8f1a2b3c4d5e6f70</strong></p></div>"
        "</body></html>\n",
        status);
}

std::string repair_page()
{
    return "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><h1>We'll be back "
           "soon!</h1></body></html>\n";
}

std::string gzip(std::string_view text) { return packed(text, 1); }

std::string gzip_bomb(std::size_t megabytes) { return packed(std::string(1024 * 1024, ' '), megabytes); }

std::string deep_nesting(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

std::string repeated(std::string_view what, std::size_t times)
{
    std::string out;
    out.reserve(what.size() * times);
    for (std::size_t n = 0; n < times; ++n) out += what;
    return out;
}

std::string utf16(std::string_view ascii)
{
    std::string out;
    for (char c : ascii) (out += c) += '\0';
    return out;
}

}  // namespace smg::sandbox
