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

/// For work that goes on without them: the person as they are now, none when the account is switched off or gone …
std::optional<http::Caller> who_sees(db::Tx& tx, UserId id);
/// … and when they may not decide about orders any more.
std::optional<http::Caller> who_decides(db::Tx& tx, UserId id);

}  // namespace smg
