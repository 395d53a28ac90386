#pragma once

#include "http/route.hpp"
#include "suppliers/desk.hpp"

namespace smg::suppliers {

/// Which supplier id of the shops stands for which supplier. The desk must outlive the rows.
http::Routes mapping_routes(ProviderDesk& desk);

}  // namespace smg::suppliers
