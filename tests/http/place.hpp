#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/installation.hpp"

namespace smg::test {

/// A data directory and a database in which nothing is yet: where a backup may be restored.
class Place {
public:
    explicit Place(On on);

    const std::filesystem::path& data() const { return data_.path(); }
    std::filesystem::path operator/(std::string_view name) const { return data_ / name; }
    Finished command(std::vector<std::string> words, const std::string& input = {});
    void take_key_of(const Installation& crm);

    void serve();
    /// As a power cut does.
    void kill();
    std::string url(const std::string& path) { return server_->url(path); }
    Program& server() { return *server_; }

private:
    TempDir data_;
    std::map<std::string, std::string> environment_;
    std::unique_ptr<Program> server_;
};

/// A whole backup of the running or stopped installation; throws when it fails.
void back_up(Installation& crm, const std::filesystem::path& file);

}  // namespace smg::test
