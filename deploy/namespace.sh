#!/bin/sh
# Makes the namespace and the search attributes that the workflows write; may run again.
set -eu
retention=${HANDOVER_RETENTION:-90d}

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"

# The server learns of a new namespace only some seconds after it was made.
tries=30
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal does not know the namespace $TEMPORAL_NAMESPACE after 30 seconds." >&2; exit 1; }
  sleep 1
done

for name in HandoverSite HandoverKind HandoverEnding; do
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword
done
