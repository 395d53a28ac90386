#include "chaos/node.hpp"

#include <fmt/core.h>

#include <fstream>

namespace smg::test {

namespace fs = std::filesystem;

Shift::Shift() { write(); }

std::pair<std::string, std::string> Shift::variable() const
{
    return {"SMGCRM_TEST_CLOCK_SHIFT", (folder_ / "shift").string()};
}

void Shift::by(std::chrono::milliseconds more)
{
    milliseconds_ += more.count();
    write();
}

// In place: the programs have the file mapped.
void Shift::write() const
{
    std::fstream file(folder_ / "shift", std::ios::binary | std::ios::in | std::ios::out);
    if (!file) file.open(folder_ / "shift", std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<const char*>(&milliseconds_), sizeof milliseconds_);
}

Node::Node(Installation& of, std::map<std::string, std::string> environment) : token_(of.manager())
{
    fs::copy_file(of.data() / "master.key", data_ / "master.key");
    environment.insert(of.database().begin(), of.database().end());
    environment.insert(
        {{"SMGCRM_RECOVERY_EVERY_MS", "200"}, {"SMGCRM_JOB_CHECK_MS", "50"}, {"SMGCRM_TOKEN_RATE", "100000"}});
    program_ = std::make_unique<Program>(
        smgcrm_binary(),
        Program::Options{{"serve", "--listen", "127.0.0.1:0", "--data", data_.path().string()}, std::move(environment)});
    program_->port();
}

Reply Node::order(std::int64_t id) { return get(fmt::format("/api/v1/orders/{}", id)); }

Reply Node::decide(std::int64_t id, std::string_view kind, json::object more)
{
    more["version"] = order(id).number("data.version");
    more["kind"] = kind;
    return post(program_->url(fmt::format("/api/v1/orders/{}/decisions", id)), token_, more);
}

bool is_frozen(const Program& program)
{
    std::ifstream stat(fmt::format("/proc/{}/stat", program.pid()));
    std::string text;
    std::getline(stat, text);
    auto end = text.rfind(')');
    return end != std::string::npos && text.size() > end + 2 && text[end + 2] == 'T';
}

}  // namespace smg::test
