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

std::string gzip_bomb(std::size_t megabytes)
{
    namespace zlib = boost::beast::zlib;
    const std::string spaces(1024 * 1024, ' ');
    std::string packed(1024 * 8 * megabytes + 64, '\0');
    zlib::deflate_stream deflate;
    zlib::z_params at{};
    at.next_out = packed.data();
    at.avail_out = packed.size();
    boost::crc_32_type crc;
    for (std::size_t block = 0; block < megabytes; ++block) {
        at.next_in = spaces.data();
        at.avail_in = spaces.size();
        boost::system::error_code error;
        deflate.write(at, block + 1 < megabytes ? zlib::Flush::none : zlib::Flush::finish, error);
        crc.process_bytes(spaces.data(), spaces.size());
    }
    packed.resize(at.total_out);
    std::string header("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\xFF", 10);
    return header + packed + little_endian(crc.checksum()) +
           little_endian(static_cast<std::uint32_t>(megabytes * spaces.size()));
}

std::string deep_nesting(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace smg::sandbox
