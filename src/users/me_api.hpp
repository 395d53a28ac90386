#pragma once

#include "http/route.hpp"
#include "users/people_desk.hpp"

namespace smg::users {

/// A person's own account: profile, password, second factor, browsers, personal tokens. The desk must outlive the rows.
http::Routes me_routes(PeopleDesk& desk);

}  // namespace smg::users
