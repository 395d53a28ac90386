#include <fmt/core.h>

#include <fstream>

#include "app/check.hpp"
#include "orders/reconcile_files.hpp"
#include "orders/send_journal_files.hpp"

namespace smg {

Findings check_journals(db::Session& snapshot, const Config& config)
{
    std::ifstream in(config.data / "node_id");
    std::string node_id;
    in >> node_id;
    db::Tx tx(snapshot);
    auto settled = orders::settled_marks(tx, node_id);
    Findings out;
    for (auto files : orders::files_by_boot(config.journal_folder())) {
        // The last file of a process that lives is being written.
        bool lives = orders::journal_is_held(files.front().path).value_or(false);
        auto boot_id = files.front().boot_id;
        if (lives) files.pop_back();
        if (files.empty()) continue;
        auto journal = orders::read_boot(files, settled[boot_id], !lives);
        if (journal.damage) out.push_back("the send journal is damaged: " + journal.damage->text());
    }
    return out;
}

}  // namespace smg
