#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smg::house {

struct File {
    std::string path;  // relative to the repository
    std::string text;
};

/// The repository's files below `folder`, in the order of their paths: what git tracks or would take, nothing that is
/// ignored.
std::vector<File> files(std::string_view folder = "");

/// One file of the repository.
std::string text_of(const std::string& path);

std::vector<std::string> lines(std::string_view text);

/// `src/orders/order.cpp` -> `orders`; nothing for what stands in no folder of src/.
std::string module_of(std::string_view path);

/// What is wrong, one line each, for a test's message.
using Complaints = std::vector<std::string>;

}  // namespace smg::house
