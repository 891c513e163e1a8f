#!/bin/sh
# A fortnight in a community health centre: what `make demo` shows. Usage: demo.sh JIAYI FOLDER
set -eu
jiayi=$1
folder=$2
day=2026-03-19  # the last of 14 simulated days from 2026-03-06: a Thursday
now=${day}T07:00

show() {
  printf '\n$ jiayi %s\n' "$*"
  "$jiayi" "$@" --data "$folder" --now "$now"
}

printf '$ jiayi simulate --teams 4 --days 14 --seed 1\n'
"$jiayi" simulate --teams 4 --days 14 --seed 1 --data "$folder"

# Every team's roster for the last day, which the simulation left at seven in the morning.
show roster plan $day
show roster show T0001 $day

# One contract's history: the first that was renewed.
contract=$("$jiayi" events tail --name contract.renewed.v1 --limit 1 --json --data "$folder" |
  sed -n 's/.*"stream": *"contract-\([^"]*\)".*/\1/p')
show contract history "$contract"

show coverage --at $day
show projections rebuild --check
