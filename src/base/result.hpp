#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smg {

/// What went wrong, as far as the caller may act on it. `http/reply.cpp` is the one place that turns it into a status.
enum class Code {
    invalid,          // the caller's words are wrong; `fields` says which
    unauthenticated,  // nobody is signed in
    forbidden,        // signed in, not allowed
    not_found,        // not there, or not for this caller
    conflict,         // someone was faster
    limited,          // too many; `retry_after_s` says when
    unavailable,      // database or a peer is away; `retry_after_s` says when
    failed,           // anything else that was expected to be possible
};

struct FieldError {
    std::string field;
    std::string message;
};

/// What someone else did first.
struct Conflict {
    std::string kind;    // of what they did, e.g. `approved`
    std::string actor;   // who, as people read it
    std::string at;      // when, ISO 8601 in UTC
    std::string status;  // how it is now
};

/// An expected failure, returned and never thrown. Exceptions are for a lost database and for bugs.
struct Error {
    Code code = Code::failed;
    std::string message;
    std::vector<FieldError> fields = {};
    int retry_after_s = 0;
    std::optional<Conflict> conflict = {};
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string message)
{
    return std::unexpected(Error{code, std::move(message)});
}

inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

/// One wrong field, in the words that are shown beside it.
inline std::unexpected<Error> fail_field(std::string field, std::string message)
{
    Error error{Code::invalid, message};
    error.fields.push_back({std::move(field), std::move(message)});
    return std::unexpected(std::move(error));
}

}  // namespace smg
