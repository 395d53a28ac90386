#include "http/assets.hpp"

#include <fmt/core.h>

#include <stdexcept>

#include "base/json.hpp"
#include "http/gzip.hpp"
#include "http/reply.hpp"

namespace smg::http {
namespace {

constexpr std::string_view forever = "public, max-age=31536000, immutable", always_ask = "no-cache";

std::string_view cut_out(std::string_view bytes, const json::value& place)
{
    const auto& range = place.as_array();
    auto from = static_cast<std::size_t>(range.at(0).as_int64()), size = static_cast<std::size_t>(range.at(1).as_int64());
    if (from > bytes.size() || size > bytes.size() - from) throw std::invalid_argument("the web pack is cut");
    return bytes.substr(from, size);
}

}  // namespace

// A line of JSON that says where each file is in the bytes after it.
Assets::Assets(std::string_view pack)
{
    auto end = pack.find('\n');
    auto index =
        end == std::string_view::npos ? Result<json::value>(fail(Code::invalid, "")) : json::parse(pack.substr(0, end));
    if (!index || !index->is_array()) throw std::invalid_argument("this is no web pack");
    auto bytes = pack.substr(end + 1);
    for (const auto& row : index->get_array()) {
        const auto& in = row.as_object();
        File file;
        file.type = cut_out(bytes, in.at("type"));
        file.plain = cut_out(bytes, in.at("plain"));
        if (auto place = in.if_contains("gzip")) file.gzip = cut_out(bytes, *place);
        if (auto place = in.if_contains("brotli")) file.brotli = cut_out(bytes, *place);
        file.etag = std::string(in.at("etag").as_string());
        file.immutable = in.at("immutable").as_bool();
        files_.emplace(std::string(in.at("path").as_string()), std::move(file));
    }
}

Response Assets::answer(const Request& request, std::string_view path) const
{
    auto found = files_.find(path);
    if (found == files_.end()) return message_reply(404, "Not Found");
    const auto& file = found->second;
    Response response;
    response.content_type = file.type;
    response.headers = {{"Cache-Control", std::string(file.immutable ? forever : always_ask)},
                        {"ETag", file.etag},
                        {"Vary", "Accept-Encoding"}};
    if (request.header("if-none-match") == file.etag) {
        response.status = 304;
        return response;
    }
    if (!file.brotli.empty() && takes_encoding(request, "br")) {
        response.body = file.brotli;
        response.headers.emplace_back("Content-Encoding", "br");
    } else if (!file.gzip.empty() && takes_encoding(request, "gzip")) {
        response.body = file.gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        response.body = file.plain;
    }
    return response;
}

}  // namespace smg::http
