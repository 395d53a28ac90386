#pragma once

#include "http/route.hpp"
#include "users/people_desk.hpp"

namespace smg::users {

/// Views of lists that a person saved: a name for the query of an address. The desk must outlive the rows.
http::Routes view_routes(PeopleDesk& desk);

}  // namespace smg::users
