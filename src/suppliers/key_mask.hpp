#pragma once

#include <string>

#include "base/secret.hpp"

namespace smg::suppliers {

/// The text with `***` wherever it holds the key: plainly, as it goes into a form, or as PHP escapes it in JSON. To be done
/// before a text is cut, or the cut may leave half a key. A key of fewer than four characters is not looked for.
std::string without_key(std::string text, const Secret& key);

}  // namespace smg::suppliers
