#include "http/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace smg::http {
namespace {

constexpr std::size_t shortest_worth_it = 2048;
constexpr int with_gzip_header = 16;  // added to the window's bits

}  // namespace

std::string gzipped(std::string_view bytes)
{
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + with_gzip_header, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw std::runtime_error("zlib has no memory");
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (!done) throw std::runtime_error("zlib did not finish");
    return out;
}

// `gzip, br;q=0.9`: it is named, and not with a weight of nothing.
bool takes_encoding(const Request& request, std::string_view encoding)
{
    auto accepted = request.header("accept-encoding");
    while (!accepted.empty()) {
        auto end = accepted.find(',');
        auto one = trimmed(accepted.substr(0, end));
        if (lowered(trimmed(one.substr(0, one.find(';')))) == encoding)
            return !one.ends_with("q=0") && !one.ends_with("q=0.0");
        accepted.remove_prefix(end == std::string_view::npos ? accepted.size() : end + 1);
    }
    return false;
}

void compress(const Request& request, Response& response)
{
    if (response.body.size() < shortest_worth_it || response.content_type != "application/json" ||
        !takes_encoding(request, "gzip"))
        return;
    response.body = gzipped(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace smg::http
