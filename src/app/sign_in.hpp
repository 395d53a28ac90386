#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/router.hpp"
#include "sites/callers.hpp"
#include "users/people_desk.hpp"

namespace smg {

/// Who asks: whoever a bearer token speaks for, else the person whose browser holds the session. The tokens' last use is
/// noted beside, never in the request's way.
http::Authenticate sign_in(boost::asio::io_context& io, db::Database& db, const Clock& clock, sites::Callers& callers,
                           users::PeopleDesk& people);

}  // namespace smg
