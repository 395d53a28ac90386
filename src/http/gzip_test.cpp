#include "http/gzip.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

namespace smg::http {
namespace {

std::string unzipped(const std::string& bytes, std::size_t size)
{
    std::string out(size, '\0');
    z_stream stream{};
    inflateInit2(&stream, MAX_WBITS + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    return out;
}

Response replied(std::string body, std::string accepted, std::string type = "application/json")
{
    Request request;
    if (!accepted.empty()) request.headers.emplace_back("accept-encoding", accepted);
    Response response;
    response.body = std::move(body);
    response.content_type = std::move(type);
    compress(request, response);
    return response;
}

TEST(Gzip, gives_back_what_was_put_in)
{
    for (auto text : {std::string(), std::string("x"), std::string(100'000, 'a') + "їжак"})
        EXPECT_EQ(unzipped(gzipped(text), text.size()), text);
}

TEST(Gzip, is_for_long_json_and_for_who_asks)
{
    const std::string json(10'000, ' ');
    EXPECT_LT(replied(json, "gzip, br").body.size(), 1000u);
    EXPECT_EQ(replied(json, "").body, json);
    EXPECT_EQ(replied(json, "gzip;q=0").body, json);
    EXPECT_EQ(replied(json, "gzip", "text/plain").body, json);
    EXPECT_EQ(replied("{}", "gzip").body, "{}");
}

}  // namespace
}  // namespace smg::http
