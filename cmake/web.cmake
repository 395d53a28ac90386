# The web application inside the program.
#
# smg_embed_web(target)
#
# Builds web/ with Vite when something of it has changed, and gives `target` the result as "embedded/web.hpp": one file, packed by
# cmake/pack_web.mjs.
function(smg_embed_web target)
  find_program(NODE node REQUIRED)
  set(vite ${PROJECT_SOURCE_DIR}/node_modules/vite/bin/vite.js)
  if(NOT EXISTS ${vite})
    message(FATAL_ERROR "The tools of the web application are not installed: run `./dev setup`.")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
  list(FILTER sources EXCLUDE REGEX "/web/dist/")
  set(script ${PROJECT_SOURCE_DIR}/cmake/pack_web.mjs)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/web)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/web.pack)
  add_custom_command(
    OUTPUT ${made}
    COMMAND ${NODE} ${vite} build ${PROJECT_SOURCE_DIR}/web --outDir ${folder} --emptyOutDir --logLevel warn
    COMMAND ${NODE} ${script} ${folder} ${made}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${sources} ${script} ${PROJECT_SOURCE_DIR}/package-lock.json
    COMMENT "Building the web application" VERBATIM)
  smg_embed(${target} NAME web FILES ${made})
endfunction()
