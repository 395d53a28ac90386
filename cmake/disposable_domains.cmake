# cmake -D LIST=blocklist.json -D OUTPUT=disposable_domains.txt -P: a JSON array of strings into sorted lines.

file(READ ${LIST} json)
string(TOLOWER "${json}" json)
string(REGEX MATCHALL "\"[a-z0-9.-]+\"" domains "${json}")
string(REPLACE "\"" "" domains "${domains}")
list(REMOVE_DUPLICATES domains)
list(SORT domains)

list(LENGTH domains count)
if(count LESS 1000)
  message(FATAL_ERROR "${LIST} has ${count} domains where thousands are expected: has the package changed its form?")
endif()
string(REPLACE ";" "\n" lines "${domains}")
file(WRITE ${OUTPUT} "${lines}\n")
