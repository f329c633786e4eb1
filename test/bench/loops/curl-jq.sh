#!/bin/bash
# What one would write by hand: one poll after the other. Ends with its server.
set -e -o pipefail
for ((count = 0; ; count++)); do
  curl --silent --fail "$1/$((count % 50))" | jq --raw-output .state >/dev/null
done
