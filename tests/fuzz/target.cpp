#include "target.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <cstdlib>

#include "base/log.hpp"

namespace smg::fuzz {

void must(bool holds, std::string_view about, std::source_location where)
{
    if (holds) return;
    fmt::print(stderr, "{}:{}: broken in {}\n  {}\n", where.file_name(), where.line(), where.function_name(), shown(about));
    std::abort();
}

std::string_view first_line(std::string_view& rest)
{
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

std::string shown(std::string_view bytes)
{
    std::string out;
    for (unsigned char c : bytes)
        if (c >= 0x20 && c < 0x7F && c != '\\') out += static_cast<char>(c);
        else out += fmt::format("\\x{:02x}", c);
    return out;
}

}  // namespace smg::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    smg::fuzz::one_input({reinterpret_cast<const char*>(bytes), size});
    return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    smg::log::open({.level = smg::log::Level::error});
    return 0;
}
