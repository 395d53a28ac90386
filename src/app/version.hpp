#pragma once

#include <string_view>

namespace smg {

inline constexpr std::string_view version = SMGCRM_VERSION;

}  // namespace smg
