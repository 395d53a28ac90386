#pragma once

#include "sites/site_api.hpp"

namespace smg::sites {

/// Groups of sites. The desk must outlive the rows.
http::Routes group_routes(SiteDesk& desk);

}  // namespace smg::sites
