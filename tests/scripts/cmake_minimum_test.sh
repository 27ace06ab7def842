#!/usr/bin/env bash
# The oldest CMake that CMakeLists.txt declares is the one that it needs: the newest of what it uses came with that version.
#
# A newer CMake takes what an older one lacks without a word, so this looks for what the documentation of CMake marks with
# a version, as far as a project like this one may use it.
# DIGITNET_OLDEST_CMAKE  a cmake of the declared version; where it is given, it configures the project, too.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

# What came with which version, as an extended regular expression of a whole command.
features='
3.11 include_guard\(
3.12 list\(TRANSFORM|list\(JOIN|list\(SUBLIST
3.12 CONFIGURE_DEPENDS
3.12 add_compile_definitions|find_package\(Python3
3.13 target_link_options|add_link_options|target_link_directories
3.14 CMAKE_REQUIRED_LINK_OPTIONS
3.14 file\(CREATE_LINK|file\(SIZE|file\(READ_SYMLINK
3.14 install\(TARGETS [a-z_ ]*\)
3.14 FetchContent_MakeAvailable
3.15 list\(PREPEND|list\(POP_BACK|list\(POP_FRONT|string\(REPEAT
3.16 target_precompile_headers|file\(GET_RUNTIME_DEPENDENCIES|enable_language\([^)]*OBJC
3.17 foreach\([^)]*ZIP_LISTS|CMAKE_CURRENT_FUNCTION
3.18 (find_library|find_path|find_program|find_file)\([^)]*REQUIRED
3.18 file\(CONFIGURE|file\(ARCHIVE|cmake_language\(|CheckLinkerFlag|-E cat|(set|get)_source_files?_propert(y|ies)\([^)]*TARGET_DIRECTORY
3.19 string\(JSON|file\(CHMOD|cmake_language\(DEFER|configure_file\([^)]*NO_SOURCE_PERMISSIONS
3.20 cmake_path|configure_file\([^)]*FILE_PERMISSIONS|--test-dir
3.21 PROJECT_IS_TOP_LEVEL|IMPORTED_RUNTIME_ARTIFACTS|file\(COPY_FILE|CMAKE_C_LINKER_LAUNCHER
3.22 ENVIRONMENT_MODIFICATION|cmake_host_system_information\([^)]*DISTRIB
3.23 FILE_SET|c_std_23
3.24 PATH_EQUAL|CMAKE_COMPILE_WARNING_AS_ERROR|FIND_PACKAGE_ARGS|VERIFY_INTERFACE_HEADER_SETS
3.25 block\(|return\(PROPAGATE|cmake_language\(GET_MESSAGE_LOG_LEVEL
'

# newest FOLDER: the newest version that the CMakeLists.txt of a tree need, and for what.
newest() {
  local version expression found
  find "$1" -path "$1/build*" -prune -o -name CMakeLists.txt -exec sed 's/#.*//' {} + | tr -s '\n\t ' ' ' >commands
  while read -r version expression; do
    [[ -n $version ]] || continue
    found=$(grep -oE -- "$expression" commands | head -n 1)
    [[ -z $found ]] || echo "$version $found"
  done <<<"$features" | sort -V | tail -n 1
}

begin the_declared_version_is_the_needed_one
for project in "$root/CMakeLists.txt" "$root/tests/scripts/parent/CMakeLists.txt"; do
  declared=$(sed -n 's/^cmake_minimum_required(VERSION \([0-9.]*\))$/\1/p' "$project")
  needed=$(newest "$root")
  echo "declared: $declared, needed: $needed"
  [[ ${needed%% *} == "$declared" ]] || fail "$project declares CMake $declared; what is used needs $needed"
done

begin what_is_newer_is_noticed
mkdir tree
printf 'find_library(CMOCKA_LIBRARY\n  cmocka REQUIRED) # block(\n' >tree/CMakeLists.txt
[[ $(newest tree) == "3.18 find_library("* ]] || fail "a feature of CMake 3.18 was not found: $(newest tree)"

begin the_oldest_configures_it
[[ -n ${DIGITNET_OLDEST_CMAKE:-} ]] || { echo "left out: \$DIGITNET_OLDEST_CMAKE names no CMake of that version" && exit 0; }
run 0 "$DIGITNET_OLDEST_CMAKE" --version
says "version $declared"
run 0 "$DIGITNET_OLDEST_CMAKE" -S "$root" -B build
