import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';

const keys = {
  site: defineSearchAttributeKey('HandoverSite', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('HandoverKind', SearchAttributeType.KEYWORD),
  ending: defineSearchAttributeKey('HandoverEnding', SearchAttributeType.KEYWORD),
};

/** Only to be upserted where the namespace knows them: an unregistered one would block the workflow for ever. */
export const searchAttribute = (name: keyof typeof keys, value: string): SearchAttributePair => ({
  key: keys[name],
  value,
});
