#pragma once

#include <map>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace smg::http {

/// Files of the web application, as the build packed them (cmake/pack_web.mjs): each plain, and compressed where that is
/// smaller. The bytes must outlive the object.
class Assets {
public:
    /// Throws std::invalid_argument when this is no pack.
    explicit Assets(std::string_view pack);

    /// The file at this path in the encoding that the client takes; 404 when there is none. What has its hash in its name
    /// never changes and is kept for a year, the rest is asked for again each time.
    Response answer(const Request& request, std::string_view path) const;

private:
    struct File {
        std::string_view type, plain, gzip, brotli;
        std::string etag;
        bool immutable = false;
    };
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace smg::http
