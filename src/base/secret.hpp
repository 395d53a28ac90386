#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace smg {

/// Text that must not reach a log, an error or a reply: it has no formatter and no `operator<<`; `reveal()` is greppable.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

    /// `…4f2a`: enough for a person to tell two keys apart, and nothing at all of a short one.
    std::string last_four() const { return text_.size() < 12 ? "…" : "…" + text_.substr(text_.size() - 4); }

private:
    std::string text_;
};

}  // namespace smg
