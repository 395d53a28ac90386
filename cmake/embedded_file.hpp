#pragma once

#include <string_view>

namespace smg {

/// A file that lies inside the program; both views last as long as the process.
struct EmbeddedFile {
    std::string_view path;   // relative to the folder it was embedded from, with `/`
    std::string_view bytes;  // not zero-terminated
};

}  // namespace smg
