#pragma once

#include "sites/site_api.hpp"

namespace smg::sites {

/// Pictures of sites. The desk must outlive the rows.
http::Routes icon_routes(SiteDesk& desk);

/// Where a browser finds a site's picture; null when it has none.
json::value icon_url(SiteId site, const std::optional<std::string>& version);

}  // namespace smg::sites
