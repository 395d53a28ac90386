#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/words.hpp"
#include "db/database.hpp"

namespace smg {

enum class Verdict { ok, warn, bad };
BOOST_DESCRIBE_ENUM(Verdict, ok, warn, bad)

/// One thing that was looked at, and what to do when it is not as it should be.
struct Diagnosis {
    Verdict verdict = Verdict::ok;
    std::string what, to_do = {};
};
using Diagnoses = std::vector<Diagnosis>;

/// `smgcrm doctor`: is this installation set up so that it can keep its promises? In the process that serves the directory,
/// since limits and settings of that process are what counts.
Diagnoses examine(const Config& config, const Clock& clock, db::Database& db);

/// What can be said without a database; `problem` is why there is none.
Diagnoses examine_without_database(const Config& config, const Clock& clock, const std::string& problem);

/// One line each: `warn  what: what to do`.
std::string report_of(const Diagnoses& diagnoses);
bool is_bad(std::string_view report);

// Its parts.
void examine_machine(const Config& config, const Clock& clock, Diagnoses& out);
void examine_files(const Config& config, Diagnoses& out);
void examine_sqlite(db::Database& db, Diagnoses& out);
void examine_mariadb(const Config& config, const Clock& clock, db::Database& db, Diagnoses& out);
void examine_setup(const Config& config, const Clock& clock, db::Database* db, Diagnoses& out);

}  // namespace smg
