#pragma once

#include "http/route.hpp"
#include "users/people_desk.hpp"

namespace smg::users {

/// Accounts, as administrators manage them. The desk must outlive the rows.
http::Routes user_routes(PeopleDesk& desk);

}  // namespace smg::users
