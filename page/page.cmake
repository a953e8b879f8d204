# The triage page: page.html, page.css and page.js with three libraries of
# Debian's, assembled into one source file of mispsift_sink. MISPSIFT_JS says
# where /usr/share/javascript is, MISPSIFT_JS_LICENCES where /usr/share/doc is.
set(MISPSIFT_JS /usr/share/javascript CACHE PATH "Where the page's libraries are")
set(MISPSIFT_JS_LICENCES /usr/share/doc CACHE PATH "Where their licences are")

set(page_out ${CMAKE_BINARY_DIR}/page)
set(page_sources
  ${PROJECT_SOURCE_DIR}/page/page.html ${PROJECT_SOURCE_DIR}/page/page.css
  ${PROJECT_SOURCE_DIR}/page/page.js)
set(page_libraries)
foreach(library
    libjs-jquery:jquery/jquery.min.js
    libjs-jquery-datatables:jquery-datatables/jquery.dataTables.min.js
    libjs-chart.js:chart.js/chart.min.js)
  string(REPLACE ":" ";" library ${library})
  list(GET library 0 package)
  list(GET library 1 script)
  set(script ${MISPSIFT_JS}/${script})
  set(licence ${MISPSIFT_JS_LICENCES}/${package}/copyright)
  if(NOT EXISTS ${script} OR NOT EXISTS ${licence})
    message(FATAL_ERROR "The triage page needs ${script} and ${licence}: apt-get install ${package}")
  endif()
  list(APPEND page_libraries ${script}:${licence})
  list(APPEND page_sources ${script} ${licence})
endforeach()

file(MAKE_DIRECTORY ${page_out})
add_custom_command(
  OUTPUT ${page_out}/page.cc
  BYPRODUCTS ${page_out}/page.html
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/page/assemble.py
          ${page_out}/page.cc --html ${page_out}/page.html ${page_libraries}
  DEPENDS ${PROJECT_SOURCE_DIR}/page/assemble.py ${page_sources}
  VERBATIM)
target_sources(mispsift_sink PRIVATE ${page_out}/page.cc)
