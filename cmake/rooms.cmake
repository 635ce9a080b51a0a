# A room is an OBJECT library that sees its own public folder and those of the rooms it names, and no others,
# so that an include against the arrows of ARCHITECTURE.md does not compile.
#   room(store NEEDS base model SOURCES a.c b.c LIBRARIES SQLite::SQLite3)
# OUTSIDE: not a part of the library.
function(room name)
  cmake_parse_arguments(ROOM "OUTSIDE" "" "NEEDS;SOURCES;LIBRARIES" ${ARGN})
  add_library(room_${name} OBJECT ${ROOM_SOURCES})
  target_include_directories(room_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/public)
  target_include_directories(room_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  foreach(need ${ROOM_NEEDS})
    target_link_libraries(room_${name} PRIVATE room_headers_${need})
  endforeach()
  target_link_libraries(room_${name} PRIVATE ${ROOM_LIBRARIES})
  set_target_properties(room_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # Only the include path travels to dependents, never the objects: those are listed once, in lib/CMakeLists.txt.
  add_library(room_headers_${name} INTERFACE)
  target_include_directories(room_headers_${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/public)
  if(ROOM_OUTSIDE)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY MARFACRM_ROOMS ${name})
  set_property(GLOBAL PROPERTY MARFACRM_ROOM_${name}_NEEDS "${ROOM_NEEDS}")
  set_property(GLOBAL APPEND PROPERTY MARFACRM_ROOM_LIBRARIES ${ROOM_LIBRARIES})
endfunction()
