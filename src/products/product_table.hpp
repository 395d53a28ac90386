#pragma once

#include "exports/source.hpp"

namespace smg::products {

/// Products as a file.
exports::Source product_source();

}  // namespace smg::products
