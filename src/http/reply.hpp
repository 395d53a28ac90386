#pragma once

#include <exception>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace smg::http {

/// The one switch from Code to a status.
int status_of(Code code);

Response json_reply(int status, const json::value& body);

/// `{"data":…}`, as the web application reads it.
json::object data_of(json::value inside);

/// `{"message":"…"}` with this status.
Response message_reply(int status, std::string_view message);

/// An expected failure in Laravel's shapes, which the shops' plugins know.
Response reply(const Error& error);

/// 405 with what the path does know, e.g. `GET, HEAD, OPTIONS`.
Response method_not_allowed(std::string_view allow);

/// What was thrown becomes a 500 that tells the client nothing but an id; the log has the rest under the same id.
Response crashed(std::exception_ptr error);

}  // namespace smg::http
