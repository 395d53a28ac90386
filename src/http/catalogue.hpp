#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smg::http {

/// The program's own sentences in another language. They are written in English where they are made, and said in the
/// reader's language where they leave the program, so that what is stored can be read by everybody.
class Catalogue {
public:
    /// `sentences`: pairs of lines with a blank line between pairs, an English template with `{}` for what varies and its
    /// translation with `{1}`, `{2}`… `names`: lines of a field's English name, a tab, and its translation. Throws
    /// std::invalid_argument that says what is wrong.
    Catalogue(std::string_view sentences, std::string_view names);

    /// As it is when nobody has translated it. Parts joined by `; ` are said one by one.
    std::string say(std::string_view english) const;

    /// Whether the whole sentence has a template.
    bool knows(std::string_view english) const { return find(english).has_value(); }

private:
    struct Template {
        std::vector<std::string> literals;  // around what varies: one more than there are gaps
        std::size_t weight = 0;             // characters that are fixed
        std::string translation;
    };
    std::optional<std::string> find(std::string_view english) const;
    std::string filled(const Template& with, const std::vector<std::string_view>& gaps) const;

    std::vector<Template> templates_;  // the most literal first
    std::map<std::string, std::string, std::less<>> names_;
};

/// `uk` or `en`, whichever an Accept-Language header names first; English when it names neither.
std::string_view language_of(std::string_view accept_language);

}  // namespace smg::http
