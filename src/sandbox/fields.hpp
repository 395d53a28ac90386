#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "sandbox/raw_server.hpp"

namespace smg::sandbox {

/// The fields of a form, a JSON object or a query, all as text; lists and objects are left out.
using Fields = std::map<std::string, std::string>;

/// Nothing when the body cannot be read.
std::optional<Fields> read_fields(const http::Request& request);

/// The field's text, empty when it is not there.
std::string field(const Fields& fields, const std::string& name);

std::optional<std::int64_t> number(std::string_view text);

RawReply json_reply(const json::value& body, int status = 200);

}  // namespace smg::sandbox
