#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace smg::users {

/// The session's cookie. Behind https it has the prefix `__Host-` and Secure; without, it is only given to this very
/// machine: anywhere else a password would travel in the open.
class SessionCookie {
public:
    /// `base_url` as configured; empty when nobody said under which address the program is reached.
    explicit SessionCookie(std::string base_url);

    /// Why nobody may sign in over this connection; nothing when they may.
    std::optional<std::string> refusal(const http::Request& request) const;

    std::string token_of(const http::Request& request) const;  // empty: none
    http::Header set(const Secret& token) const;
    http::Header clear() const;

    /// Whether another site made the browser send this (Sec-Fetch-Site, Origin).
    bool from_elsewhere(const http::Request& request) const;

private:
    std::string base_url_;
    bool secure_ = false;
    std::string_view name_;
};

/// What a page shows to prove that it read a reply of ours: every change by a session carries it as X-CSRF-Token.
std::string csrf_token(std::string_view session_token);

}  // namespace smg::users
