#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"
#include "http/router.hpp"
#include "sites/callers.hpp"

namespace smg {

/// Who a bearer token speaks for. The tokens' last use is noted beside, never in the request's way.
http::Authenticate sign_in_by_token(boost::asio::io_context& io, db::Database& db, const Clock& clock,
                                    sites::Callers& callers);

}  // namespace smg
