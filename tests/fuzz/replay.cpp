// Instead of libFuzzer: runs each file of the named folders through the target once, so that what was found once is tested
// by every build.
#include <fmt/core.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);

int main(int argc, char** argv)
{
    LLVMFuzzerInitialize(&argc, &argv);
    int count = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            fmt::print("{}\n", entry.path().string());  // the last line names the culprit
            std::fflush(stdout);
            std::ifstream file(entry.path(), std::ios::binary);
            std::string text(std::istreambuf_iterator<char>(file), {});
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            ++count;
        }
    fmt::print("{} inputs\n", count);
    return count > 0 ? 0 : 1;
}
