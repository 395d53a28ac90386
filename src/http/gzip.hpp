#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace smg::http {

/// RFC 1952, at the quickest level.
std::string gzipped(std::string_view bytes);

/// Whether the client takes this encoding, by its Accept-Encoding.
bool takes_encoding(const Request& request, std::string_view encoding);

/// Compresses a JSON reply that is long enough to gain by it, for a client that said it takes gzip. A page of orders becomes
/// a tenth of its size; shops do not ask for it.
void compress(const Request& request, Response& response);

}  // namespace smg::http
