#!/bin/sh
# A fortnight in a community health centre: what `make demo` shows. Usage: demo.sh JIAYI FOLDER
set -eu
jiayi=$1
folder=$2
day=2026-03-19 # the last of 14 simulated days from 2026-03-06: a Thursday
team=T0002

at() { # at TIME WORDS...: show a command and give it at that time of the day
  now=${day}T$1
  shift
  printf '\n$ jiayi %s --now %s\n' "$*" "$now"
  "$jiayi" "$@" --data "$folder" --now "$now"
}

printf '$ jiayi simulate --teams 4 --days 14 --seed 1\n'
"$jiayi" simulate --teams 4 --days 14 --seed 1 --data "$folder"

# Seven in the morning: every team's roster for today, and one of them in full.
at 07:00 roster plan $day
at 07:00 roster show $team $day

# Ten past seven: the team's doctor is ill. Who can cover, what is moved, what has no place today, and who must be told.
at 07:10 roster cover $team-gp-1 $day --take 1 --reason ill
at 07:10 roster show $team $day
at 07:10 roster notices $team $day

# One contract's history: the newest that was renewed.
contract=$("$jiayi" events tail --name contract.renewed.v1 --limit 1 --json --data "$folder" |
  sed -n 's/.*"stream": *"contract-\([^"]*\)".*/\1/p')
at 07:15 contract history "$contract"

at 07:15 coverage --at $day
at 07:15 projections rebuild --check

# The line that opens the API on a community of today, and shows an account for each role.
printf '\n%s serve --demo --data %s/served\n' "$jiayi" "$folder"
