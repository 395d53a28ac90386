// The fuzz target of the classifier begins with the replies of all scenarios: tests/fuzz/seeds/reply/scenario_….
// SMGCRM_WRITE_SEEDS=1 writes them anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "hostile/replies/scenario_replies.hpp"
#include "support/temp_dir.hpp"

namespace smg::test {
namespace {

constexpr std::size_t longest_seed = 4096;
const std::string key = "5ecret0f0ur5";  // the one that the target looks for

// The target's form: the status on the first line, then the body.
std::string seed_of(const Sample& sample)
{
    return std::to_string(sample.reply.status) + "\n" + sample.reply.body.substr(0, longest_seed);
}

TEST(Seeds, are_the_replies_of_all_scenarios)
{
    const std::filesystem::path folder = SMGCRM_REPLY_SEEDS;
    bool write = std::getenv("SMGCRM_WRITE_SEEDS") != nullptr;
    for (const auto& sample : replies_of_scenarios(key)) {
        auto file = folder / ("scenario_" + sample.name);
        if (write) write_file(file, seed_of(sample));
        EXPECT_EQ(read_file(file), seed_of(sample)) << "SMGCRM_WRITE_SEEDS=1 replies_test writes it anew";
    }
}

}  // namespace
}  // namespace smg::test
