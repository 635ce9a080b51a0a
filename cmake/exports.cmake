# cmake -DHEADERS="a.h;b.h" -DOUT=marfacrm.map -P exports.cmake
# The linker's version script, from what the public headers declare: nothing else leaves the library.
set(script "")
foreach(header ${HEADERS})
  file(READ ${header} text)
  string(REGEX MATCHALL "MCRM_API[^;(]*[ *\n](mcrm_[a-z0-9_]+)\\(" declarations "${text}")
  foreach(declaration ${declarations})
    string(REGEX REPLACE ".*[ *\n](mcrm_[a-z0-9_]+)\\($" "\\1" name "${declaration}")
    string(APPEND script "    ${name};\n")
  endforeach()
endforeach()
file(WRITE ${OUT} "MARFACRM_0 {\n  global:\n${script}  local:\n    *;\n};\n")
