#!/bin/sh
# A room uses symbols of the rooms it names and of no others: the arrows of ARCHITECTURE.md, seen by the linker.
. "$(dirname "$0")/check.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
objects() { cat "$BUILD/rooms/$1"; }
rooms=$(cut -d: -f1 "$BUILD/rooms.txt")
[ "$(echo "$rooms" | wc -w)" -ge 8 ] || wrong "only these rooms: $rooms"
for room in $rooms; do
  # shellcheck disable=SC2046 # a list of files
  nm --defined-only -g $(objects "$room") | awk -v room="$room" 'NF == 3 {print $3, room}' >>"$folder/defined"
done
cut -d' ' -f1 "$folder/defined" | grep -vE '^(__|_sub_|\.)' | sort | uniq -d >"$folder/twice"
[ ! -s "$folder/twice" ] || [ -n "$SANITIZE" ] || wrong "defined in more than one file: $(cat "$folder/twice")"
for room in $rooms; do
  allowed=" $room $(sed -n "s/^$room: //p" "$BUILD/rooms.txt") "
  # shellcheck disable=SC2046
  nm --undefined-only $(objects "$room") | awk 'NF == 2 {print $2}' | sort -u >"$folder/used"
  awk 'NR == FNR {room[$1] = $2; next} $1 in room {print room[$1], $1}' "$folder/defined" "$folder/used" >"$folder/uses"
  while read -r other symbol; do
    case $allowed in *" $other "*) ;; *) wrong "$room uses $symbol of $other, which it does not name" ;; esac
  done <"$folder/uses"
done
finish
