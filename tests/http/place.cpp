#include "http/place.hpp"

#include <stdexcept>

#include "support/mariadb.hpp"

namespace smg::test {

Place::Place(On on)
{
    environment_ = {{"SMGCRM_RECOVERY_EVERY_MS", "200"}, {"SMGCRM_JOB_CHECK_MS", "50"}, {"SMGCRM_TOKEN_RATE", "100000"}};
    if (on == On::mariadb)
        environment_["SMGCRM_DATABASE"] = shared_mariadb().create_database(data_.path().filename().string());
}

Finished Place::command(std::vector<std::string> words, const std::string& input)
{
    words.insert(words.end(), {"--data", data_.path().string()});
    return run(smgcrm_binary(), {std::move(words), environment_, input});
}

void Place::take_key_of(const Installation& crm)
{
    std::filesystem::copy_file(crm.data() / "master.key", data_ / "master.key");
}

void Place::serve()
{
    server_.reset();
    server_ = std::make_unique<Program>(
        smgcrm_binary(),
        Program::Options{{"serve", "--listen", "127.0.0.1:0", "--data", data_.path().string()}, environment_});
    server_->port();
}

void Place::kill()
{
    server_->kill();
    server_->wait();
}

void back_up(Installation& crm, const std::filesystem::path& file)
{
    auto done = crm.command({"backup", "--force", "--to", file.string()});
    if (done.exit != Exit{0, 0}) throw std::runtime_error("backup: " + done.err);
}

}  // namespace smg::test
