# What is installed, by `cmake --install` and in the Debian package, which
# `cmake --build build/release --target package` makes.

# The completions and, where scdoc is, the man page come from the program, so
# they say what it says.
find_program(SCDOC scdoc)
set(package_out ${CMAKE_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${package_out})
if(NOT SCDOC)
  message(STATUS "No scdoc: no man page")
endif()
add_custom_command(TARGET mispsift POST_BUILD VERBATIM
  COMMAND bash ${PROJECT_SOURCE_DIR}/tools/package/generate.sh
          $<TARGET_FILE:mispsift> ${package_out})
set_property(TARGET mispsift APPEND PROPERTY LINK_DEPENDS
  ${PROJECT_SOURCE_DIR}/tools/package/generate.sh
  ${PROJECT_SOURCE_DIR}/tools/package/changelog
  ${PROJECT_SOURCE_DIR}/tools/man/build.sh
  ${PROJECT_SOURCE_DIR}/tools/man/front.scd
  ${PROJECT_SOURCE_DIR}/tools/man/back.scd)

# Licences: our own words, then those of what became a part of the program.
set(copyright ${package_out}/copyright)
file(READ ${PROJECT_SOURCE_DIR}/tools/package/copyright text)
file(WRITE ${copyright} "${text}")
foreach(package
    libabsl-dev libcli11-dev libfmt-dev libhwy-dev libsimdjson-dev libtbb-dev
    libtomlplusplus-dev rapidjson-dev
    libjs-chart.js libjs-jquery libjs-jquery-datatables)
  set(licence ${MISPSIFT_JS_LICENCES}/${package}/copyright)
  if(NOT EXISTS ${licence})
    message(STATUS "Not in the package's copyright: ${licence} is missing")
    continue()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${licence})
  file(READ ${licence} text)
  file(APPEND ${copyright} "\n\n======== ${package}\n\n${text}")
endforeach()

set(data ${CMAKE_INSTALL_DATADIR})
install(TARGETS mispsift)
install(FILES ${package_out}/mispsift DESTINATION ${data}/bash-completion/completions)
install(FILES ${package_out}/_mispsift DESTINATION ${data}/zsh/vendor-completions)
install(FILES ${package_out}/mispsift.fish DESTINATION ${data}/fish/vendor_completions.d)
if(SCDOC)
  install(FILES ${package_out}/mispsift.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
# Not in /etc: it names a server that there is not. The unit waits for a file there.
install(FILES data/mispsift.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES README.md ${copyright} ${package_out}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES tools/systemd/mispsift-backfill.service tools/systemd/mispsift-backfill.timer
        DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# Whoever passes packages on puts in an address: -DCPACK_PACKAGE_CONTACT=...
if(NOT CPACK_PACKAGE_CONTACT)
  set(CPACK_PACKAGE_CONTACT "mispsift's maintainers <mispsift@localhost>")
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"mispsift downloads what MISP servers and feeds know into one file, sifts whole
archives of Cuckoo and CAPE sandbox reports through it, and writes down which
report shows which indicator, where, and how sure that is. What the reports
show goes back as MISP events and sightings, or as a feed.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# No postrm: dpkg would go on knowing a package that has one until it is purged.
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/tools/package/postinst
  ${PROJECT_SOURCE_DIR}/tools/package/prerm)
include(CPack)
