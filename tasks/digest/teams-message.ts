import type { Digest } from './digest.ts';
import { type DigestLinks, isOnTheWeb } from './digest-links.ts';
import { cut, digestWords } from './digest-words.ts';

/** Teams takes messages of up to 28 KB; ten items with their notes stay below that. */
const longestText = 400;

/**
 * A digest as a workflow of Teams takes it: a message with an Adaptive Card, for the trigger "When a Teams webhook request
 * is received". Its items are runs of text and not text blocks, whose Markdown would change what a title says.
 * Source: learn.microsoft.com, "Create incoming webhooks with Workflows for Microsoft Teams"; adaptivecards.io, schema 1.4.
 */
export function teamsMessage(digest: Digest, links: DigestLinks): object {
  const { headline, items, remarks } = digestWords(digest);
  const year = links.year(digest.year);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { type: 'RichTextBlock', inlines: [run(headline, { size: 'Large', weight: 'Bolder' })] },
      ...items.map(({ label, text, note, at }) => ({
        type: 'RichTextBlock',
        inlines: [
          run(`${label}: `, { weight: 'Bolder' }),
          run(cut(text, longestText), at ? open(links.day(at)) : {}),
          ...(note === null ? [] : [run(`. ${cut(note, longestText)}`, { isSubtle: true })]),
        ],
      })),
      ...remarks.map((remark) => ({ type: 'RichTextBlock', inlines: [run(remark, { isSubtle: true })] })),
    ],
    actions: isOnTheWeb(year) ? [{ type: 'Action.OpenUrl', title: 'Charts and tables of the year', url: year }] : [],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}

function run(text: string, style: object): object {
  return { type: 'TextRun', text, ...style };
}

function open(url: string): object {
  return isOnTheWeb(url) ? { selectAction: { type: 'Action.OpenUrl', url } } : {};
}
