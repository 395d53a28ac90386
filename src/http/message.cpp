#include "http/message.hpp"

namespace smg::http {

std::string_view Request::header(std::string_view name) const
{
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

}  // namespace smg::http
