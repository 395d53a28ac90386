#include "exports/field.hpp"

#include <algorithm>

namespace smg::exports {

std::vector<Field> chosen(std::span<const Field> fields, const http::Caller& caller, const Asked& asked,
                          std::string_view always)
{
    std::vector<Field> out;
    for (const auto& field : fields) {
        if (field.of_managers && caller.role == http::Role::user) continue;
        bool wanted = asked.columns.empty() || std::ranges::find(asked.columns, field.key) != asked.columns.end();
        if (wanted || field.key == always) out.push_back(field);
    }
    return out;
}

std::vector<Column> columns_of(const std::vector<Field>& fields, Language language)
{
    std::vector<Column> out;
    for (const auto& field : fields)
        out.push_back({std::string(language == Language::uk ? field.uk : field.en), field.cells, field.width});
    return out;
}

std::string cell_text(const json::value& value)
{
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_object()) return cell_text(value.get_object().at("name"));
    if (!value.is_array()) return json::text_of(value);
    std::string out;
    for (const auto& one : value.get_array()) out += (out.empty() ? "" : ", ") + cell_text(one);
    return out;
}

}  // namespace smg::exports
