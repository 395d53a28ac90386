#pragma once

#include "http/route.hpp"
#include "users/people_desk.hpp"

namespace smg::users {

/// Signing in and out, the first account, and passwords by link. The desk must outlive the rows.
http::Routes session_routes(PeopleDesk& desk);

struct SessionUser {
    UserId id;
    std::string name, email;
    http::Role role = http::Role::user;
    std::string locale, time_zone, theme;
    bool totp_enabled = false;
};
BOOST_DESCRIBE_STRUCT(SessionUser, (), (id, name, email, role, locale, time_zone, theme, totp_enabled))

struct SessionView {
    SessionUser user;
    std::string csrf;
    bool all_sites = false;
    std::string version;
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (user, csrf, all_sites, version))

/// A signed-in person as the web application knows them, with the CSRF token of their session.
SessionView session_view(const PeopleDesk& desk, const User& user, std::string_view token);

}  // namespace smg::users
