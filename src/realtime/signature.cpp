#include "realtime/signature.hpp"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "http/url.hpp"

namespace smg::realtime {
namespace {

constexpr std::int64_t signed_for_s = 600;

std::string digest(const EVP_MD* kind, std::string_view data)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(data.data(), data.size(), out, &size, kind, nullptr);
    return {reinterpret_cast<const char*>(out), size};
}

std::string signed_by(const Application& app, const std::string& words)
{
    return hex(hmac_sha256(app.secret.reveal(), words));
}

std::unexpected<Error> refuse(std::string why) { return fail(Code::unauthenticated, std::move(why)); }

std::string joined(const std::map<std::string, std::string>& query)
{
    std::string out;
    for (const auto& [name, value] : query) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
    return out;
}

std::int64_t seconds_of(Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

std::optional<std::map<std::string, std::string>> query_of(std::string_view query)
{
    std::map<std::string, std::string> values;
    while (!query.empty()) {
        auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        auto equals = pair.find('=');
        auto name = http::percent_decoded(pair.substr(0, equals), true);
        auto value = http::percent_decoded(equals == pair.npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        if (!values.emplace(lowered(*name), *value).second) return std::nullopt;
    }
    return values;
}

std::string channel_auth(const Application& app, std::string_view socket_id, std::string_view channel,
                         std::string_view channel_data)
{
    auto words = fmt::format("{}:{}", socket_id, channel);
    if (!channel_data.empty()) words += fmt::format(":{}", channel_data);
    return fmt::format("{}:{}", app.key, signed_by(app, words));
}

std::string user_auth(const Application& app, std::string_view socket_id, std::string_view user_data)
{
    return fmt::format("{}:{}", app.key, signed_by(app, fmt::format("{}::user::{}", socket_id, user_data)));
}

Result<void> check_signature(const Application& app, const http::Request& request, Time now)
{
    auto query = query_of(request.query);
    if (!query) return fail(Code::invalid, "The query string cannot be read");
    auto value = [&](const char* name) {
        auto found = query->find(name);
        return found == query->end() ? std::string() : found->second;
    };
    if (value("auth_version") != "1.0") return refuse("Invalid auth_version: only 1.0 is known");
    if (value("auth_key") != app.key) return refuse("Unknown auth_key");
    auto timestamp = value("auth_timestamp");
    std::int64_t given = 0;
    auto [stop, bad] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), given);
    if (timestamp.empty() || bad != std::errc{} || stop != timestamp.data() + timestamp.size())
        return refuse("Invalid auth_timestamp");
    auto seconds = seconds_of(now);
    if (given < seconds - signed_for_s || given > seconds + signed_for_s)
        return refuse(
            fmt::format("Timestamp expired: Given timestamp ({}) not within 600s of server time ({})", given, seconds));
    if (!request.body.empty() && !equal_in_constant_time(value("body_md5"), md5_hex(request.body)))
        return refuse("body_md5 does not match the body");
    auto signature = value("auth_signature");
    query->erase("auth_signature");
    auto words = fmt::format("{}\n{}\n{}", word(request.method), request.path, joined(*query));
    if (!equal_in_constant_time(signature, signed_by(app, words))) return refuse("Invalid signature");
    return {};
}

std::string signed_query(const Application& app, std::string_view method, std::string_view path, std::string_view body,
                         std::map<std::string, std::string> values, Time now)
{
    values["auth_key"] = app.key;
    values["auth_timestamp"] = std::to_string(seconds_of(now));
    values["auth_version"] = "1.0";
    if (!body.empty()) values["body_md5"] = md5_hex(body);
    auto query = joined(values);
    return query + "&auth_signature=" + signed_by(app, fmt::format("{}\n{}\n{}", method, path, query));
}

std::string accept_key(std::string_view client_key)
{
    auto sha1 = digest(EVP_sha1(), std::string(client_key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    std::string out(4 * ((sha1.size() + 2) / 3) + 1, '\0');
    auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                reinterpret_cast<const unsigned char*>(sha1.data()), static_cast<int>(sha1.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string md5_hex(std::string_view data) { return hex(digest(EVP_md5(), data)); }

}  // namespace smg::realtime
