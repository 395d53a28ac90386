# Files inside the program.
#
# smg_embed(target NAME name FILES file… [BASE folder])
#
# Gives `target` the files' bytes, and the header "embedded/<name>.hpp" with one function:
#     std::span<const smg::EmbeddedFile> smg::embedded::<name>();   // sorted by path
# A path is relative to BASE, or the bare file name without it. The assembler copies the bytes with .incbin: a second for
# megabytes, where a C array takes minutes; the linker maps them read-only. A file may itself be made by the build, by a
# command of the same CMakeLists.txt.
function(smg_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME;BASE" "FILES")
  if(NOT arg_NAME OR NOT arg_FILES)
    message(FATAL_ERROR "smg_embed(${target}) needs a NAME and at least one of FILES.")
  endif()
  # Headers in one place for all; the rest beside its target, since two targets may embed the same.
  set(headers ${CMAKE_BINARY_DIR}/generated)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)

  list(SORT arg_FILES)
  set(number 0)
  set(blobs "")
  set(symbols "")
  set(rows "")
  foreach(file IN LISTS arg_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    get_filename_component(path ${file} NAME)
    if(arg_BASE)
      file(RELATIVE_PATH path ${arg_BASE} ${file})
    endif()
    set(symbol smg_embedded_${arg_NAME}_${number})
    string(APPEND blobs "    .balign 16\n${symbol}:\n    .incbin \"${file}\"\n${symbol}_end:\n"
                        "    .globl ${symbol}, ${symbol}_end\n")
    string(APPEND symbols "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "        EmbeddedFile{\"${path}\", {${symbol}, ${symbol}_end}},\n")
    list(APPEND absolute ${file})
    math(EXPR number "${number} + 1")
  endforeach()

  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_file.hpp ${headers}/embedded/file.hpp COPYONLY)
  file(CONFIGURE OUTPUT ${headers}/embedded/${arg_NAME}.hpp @ONLY CONTENT [[
#pragma once

#include <span>

#include "embedded/file.hpp"

namespace smg::embedded {

std::span<const EmbeddedFile> @arg_NAME@();

}  // namespace smg::embedded
]])
  file(CONFIGURE OUTPUT ${folder}/${arg_NAME}.cpp @ONLY CONTENT [[
#include "embedded/@arg_NAME@.hpp"

@symbols@
namespace smg::embedded {

std::span<const EmbeddedFile> @arg_NAME@()
{
    static const EmbeddedFile files[] = {
@rows@    };
    return files;
}

}  // namespace smg::embedded
]])
  file(CONFIGURE OUTPUT ${folder}/${arg_NAME}.S @ONLY CONTENT [[
    .section .rodata
@blobs@
    .section .note.GNU-stack,"",%progbits
]])

  # The compiler does not report .incbin as a dependency.
  set_source_files_properties(${folder}/${arg_NAME}.S PROPERTIES OBJECT_DEPENDS "${absolute}"
                              COMPILE_OPTIONS -Wno-unused-command-line-argument)
  target_sources(${target} PRIVATE ${folder}/${arg_NAME}.S ${folder}/${arg_NAME}.cpp)
  target_include_directories(${target} PUBLIC ${headers})
endfunction()

# smg_embed_disposable_domains(target)
#
# The npm list of throw-away e-mail domains as "embedded/disposable_domains.hpp": one file, one domain in lower case per
# line, sorted by bytes, each line ended by \n.
function(smg_embed_disposable_domains target)
  set(list ${PROJECT_SOURCE_DIR}/node_modules/disposable-email-domains-js/dist/dict/disposable_email_blocklist.json)
  if(NOT EXISTS ${list})
    message(FATAL_ERROR "The list of disposable e-mail domains is not installed: run `./dev setup`.")
  endif()
  set(script ${PROJECT_SOURCE_DIR}/cmake/disposable_domains.cmake)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/disposable_domains.txt)
  add_custom_command(OUTPUT ${made} COMMAND ${CMAKE_COMMAND} -D LIST=${list} -D OUTPUT=${made} -P ${script}
                     DEPENDS ${list} ${script} VERBATIM)
  smg_embed(${target} NAME disposable_domains FILES ${made})
endfunction()

# smg_embed_common_passwords(target)
#
# The npm list of passwords that stolen lists hold most as "embedded/common_passwords.hpp": one file, one in lower case per
# line, sorted by bytes, each line ended by \n.
function(smg_embed_common_passwords target)
  set(list ${PROJECT_SOURCE_DIR}/node_modules/@zxcvbn-ts/language-common/src/passwords.json)
  if(NOT EXISTS ${list})
    message(FATAL_ERROR "The list of common passwords is not installed: run `./dev setup`.")
  endif()
  set(script ${PROJECT_SOURCE_DIR}/cmake/common_passwords.mjs)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/common_passwords.txt)
  add_custom_command(OUTPUT ${made} COMMAND node ${script} ${list} ${made} DEPENDS ${list} ${script} VERBATIM)
  smg_embed(${target} NAME common_passwords FILES ${made})
endfunction()
