/** What AWS' errors say, in XML. */

/** Empty for what is no code of AWS' kind. */
export function codeIn(xml: string): string {
  const [code = ''] = elementTexts(xml, 'Code');
  return /^[A-Za-z]{1,60}$/.test(code) ? code : '';
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of each XML element of this name, on one line. */
export function elementTexts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text
      .replace(/&#(?:x([\da-f]{1,5})|(\d{1,6}));/gi, (_, hex?: string, ten?: string) =>
        String.fromCodePoint(hex === undefined ? Number(ten) : parseInt(hex, 16)),
      )
      .replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole)
      .replace(/\s+/g, ' ')
      .trim(),
  );
}
