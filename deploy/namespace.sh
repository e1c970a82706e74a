#!/bin/sh
# Creates the namespace and the search attributes of the workflows; can be run again.
set -eu
retention=${HANDOVER_RETENTION:-90d}

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"

# The server recognizes a new namespace only after some seconds.
tries=30
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal does not recognize the namespace $TEMPORAL_NAMESPACE after 30 s. Check it with: temporal operator namespace describe --namespace $TEMPORAL_NAMESPACE" >&2; exit 1; }
  sleep 1
done

for name in HandoverSite HandoverKind HandoverEnding HandoverMode HandoverVerdict HandoverIncident; do
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword
done
