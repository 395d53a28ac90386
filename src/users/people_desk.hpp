#pragma once

#include <string>

#include "users/cookie.hpp"
#include "users/first_run.hpp"
#include "users/sign_in.hpp"

namespace smg::users {

/// What the handlers of this folder work with.
struct PeopleDesk : SignInDesk {
    SessionCookie cookie;
    FirstRun& first_run;
    std::string base_url;  // of links that are given to people
    std::string version;
};

/// A person as the route table asks about them.
http::Caller caller_for(const User& user, std::optional<std::vector<SiteId>> sites);

/// The person behind a request by session; Code::unauthenticated when there is none, Code::forbidden when another site made
/// the browser send it or the CSRF token is wrong.
Async<Result<http::Caller>> caller_of_session(PeopleDesk& desk, const http::Request& request);

/// The person that a personal token speaks for; Code::unauthenticated when they are switched off.
Async<Result<http::Caller>> caller_of_user(PeopleDesk& desk, UserId user);

}  // namespace smg::users
