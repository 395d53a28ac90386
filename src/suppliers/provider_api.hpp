#pragma once

#include "http/route.hpp"
#include "suppliers/desk.hpp"

namespace smg::suppliers {

/// All rows of this folder, those of mapping_api and panel_api included; the desk must outlive them.
http::Routes provider_routes(ProviderDesk& desk);

}  // namespace smg::suppliers
