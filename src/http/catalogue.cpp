#include "http/catalogue.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace smg::http {
namespace {

constexpr std::string_view gap = "{}";

std::vector<std::string_view> split(std::string_view text, std::string_view by)
{
    std::vector<std::string_view> parts;
    while (true) {
        auto end = text.find(by);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + by.size());
    }
}

// What stands in the gaps, each as short as it can be; nothing when it is another sentence.
std::optional<std::vector<std::string_view>> gaps_in(std::string_view text, const std::vector<std::string>& literals)
{
    const auto& first = literals.front();
    const auto& last = literals.back();
    if (literals.size() == 1) {
        if (text != first) return std::nullopt;
        return std::vector<std::string_view>{};
    }
    if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last)) return std::nullopt;
    text.remove_prefix(first.size());
    text.remove_suffix(last.size());
    std::vector<std::string_view> gaps;
    for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
        auto at = text.find(literals[i]);
        if (at == std::string_view::npos) return std::nullopt;
        gaps.push_back(text.substr(0, at));
        text.remove_prefix(at + literals[i].size());
    }
    gaps.push_back(text);
    return gaps;
}

}  // namespace

Catalogue::Catalogue(std::string_view sentences, std::string_view names)
{
    for (auto block : split(sentences, "\n\n")) {
        while (block.starts_with('\n')) block.remove_prefix(1);
        while (block.ends_with('\n')) block.remove_suffix(1);
        if (block.empty()) continue;
        auto lines = split(block, "\n");
        if (lines.size() != 2) throw std::invalid_argument(fmt::format("two lines are wanted: {}", block));
        Template one;
        for (auto literal : split(lines[0], gap)) {
            one.literals.emplace_back(literal);
            one.weight += literal.size();
        }
        one.translation = lines[1];
        if (one.weight == 0) throw std::invalid_argument(fmt::format("it would be every sentence: {}", block));
        templates_.push_back(std::move(one));
    }
    std::ranges::sort(templates_, [](const Template& a, const Template& b) {
        return std::tie(b.weight, a.literals) < std::tie(a.weight, b.literals);
    });
    for (auto line : split(names, "\n")) {
        if (line.empty()) continue;
        auto pair = split(line, "\t");
        if (pair.size() != 2) throw std::invalid_argument(fmt::format("a name, a tab and a name are wanted: {}", line));
        names_.emplace(pair[0], pair[1]);
    }
}

std::string Catalogue::filled(const Template& with, const std::vector<std::string_view>& gaps) const
{
    std::string out;
    std::string_view rest = with.translation;
    while (true) {
        auto open = rest.find('{');
        out += rest.substr(0, open);
        if (open == std::string_view::npos) return out;
        auto close = rest.find('}', open);
        auto number = close == open + 2 ? static_cast<std::size_t>(rest[open + 1] - '1') : gaps.size();
        if (number < gaps.size()) {
            // A field's name, a sentence within a sentence, or what is put in as it is.
            auto name = names_.find(gaps[number]);
            out += name != names_.end() ? name->second : find(gaps[number]).value_or(std::string(gaps[number]));
        }
        rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
    }
}

std::optional<std::string> Catalogue::find(std::string_view english) const
{
    for (const auto& one : templates_)
        if (auto gaps = gaps_in(english, one.literals)) return filled(one, *gaps);
    return std::nullopt;
}

std::string Catalogue::say(std::string_view english) const
{
    constexpr std::string_view joint = "; ";
    if (auto whole = find(english)) return *whole;
    auto parts = split(english, joint);
    if (parts.size() == 1) return std::string(english);
    std::string out;
    for (auto part : parts) out += (out.empty() ? "" : std::string(joint)) + find(part).value_or(std::string(part));
    return out;
}

std::string_view language_of(std::string_view accept_language)
{
    for (auto tag : split(accept_language, ",")) {
        while (tag.starts_with(' ')) tag.remove_prefix(1);
        for (std::string_view language : {"uk", "en"})
            if (tag.starts_with(language) && (tag.size() == 2 || tag[2] == '-' || tag[2] == ';')) return language;
    }
    return "en";
}

}  // namespace smg::http
