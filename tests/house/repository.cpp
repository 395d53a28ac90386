#include "house/repository.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "support/program.hpp"

namespace smg::house {
namespace {

const std::filesystem::path root = SMGCRM_SOURCE_FOLDER;

}  // namespace

std::vector<File> files(std::string_view folder)
{
    // The checkout may belong to another user than the one who runs the tests.
    auto git = test::run("git", {.arguments = {"-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached",
                                               "--others", "--exclude-standard", "--deduplicate"}});
    if (git.exit != test::Exit{0, 0}) throw std::runtime_error("git ls-files: " + git.err);
    std::vector<File> found;
    std::string_view rest = git.out;
    for (auto end = rest.find('\0'); end != std::string_view::npos; end = rest.find('\0')) {
        std::string path(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (path.starts_with(folder) && std::filesystem::is_regular_file(root / path))
            found.push_back({path, test::read_file(root / path)});
    }
    std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return found;
}

std::string text_of(const std::string& path) { return test::read_file(root / path); }

std::vector<std::string> lines(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string module_of(std::string_view path)
{
    if (!path.starts_with("src/")) return {};
    path.remove_prefix(4);
    auto slash = path.find('/');
    return std::string(slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash));
}

}  // namespace smg::house
