#pragma once

#include "http/route.hpp"
#include "suppliers/desk.hpp"

namespace smg::suppliers {

/// What asks a supplier while the person waits for it. The desk must outlive the rows.
http::Routes panel_routes(ProviderDesk& desk);

}  // namespace smg::suppliers
