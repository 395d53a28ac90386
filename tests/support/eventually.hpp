#pragma once

#include <chrono>
#include <functional>

namespace smg::test {

/// Long enough for a loaded machine under sanitizers; what fails takes this long, what passes does not.
constexpr std::chrono::seconds patience{30};

/// Looks again and again until the condition holds; false when it never did. The one place where tests wait.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline = patience);

}  // namespace smg::test
