#pragma once

#include "http/route.hpp"
#include "users/people_desk.hpp"

namespace smg::users {

/// Signing in and out, the first account, and passwords by link. The desk must outlive the rows.
http::Routes session_routes(PeopleDesk& desk);

/// A signed-in person as the web application knows them, with the CSRF token of their session.
json::object session_view(const PeopleDesk& desk, const User& user, std::string_view token);

}  // namespace smg::users
