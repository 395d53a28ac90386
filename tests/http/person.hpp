#pragma once

#include <string>

#include "http/installation.hpp"

namespace smg::test {

/// Somebody at a browser: keeps the cookie and the CSRF token that they were given.
class Person {
public:
    explicit Person(Installation& crm) : crm_(&crm) {}

    Reply sign_in(const std::string& email, const std::string& password);
    Reply get(const std::string& path) { return send("GET", path); }
    Reply send(const std::string& method, const std::string& path, const json::value& body = nullptr);
    /// With other headers than a page of ours sends.
    Reply send_with(Headers headers, const std::string& method, const std::string& path, const json::value& body = nullptr);

    std::string cookie, csrf;

private:
    Installation* crm_;
};

inline const std::string a_password = "correct horse battery";

/// An account with `a_password`, made on the command line; gives its id.
std::int64_t add_user(Installation& crm, const std::string& email, const std::string& role);

/// Signed in; throws when that fails.
Person signed_in(Installation& crm, const std::string& email);

}  // namespace smg::test
