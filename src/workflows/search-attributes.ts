import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { attributeNames } from '../contract/search-attributes';

export type AttributeName = keyof typeof attributeNames;

/** Only to be upserted where the namespace knows them: an unregistered one would block the workflow for ever. */
export const searchAttribute = (name: AttributeName, value: string): SearchAttributePair => ({
  key: defineSearchAttributeKey(attributeNames[name], SearchAttributeType.KEYWORD),
  value,
});
