import type { Digest } from './digest.ts';
import { type DigestLinks, isOnTheWeb } from './digest-links.ts';
import { cut, digestWords } from './digest-words.ts';

/** Slack's limits: 150 characters of a header, 3,000 of a section's text, where each `&` counts as `&amp;`. */
const longestHeader = 150;
const longestText = 400;

/**
 * A digest as an incoming webhook of Slack takes it.
 * Source: docs.slack.dev, "Sending messages using incoming webhooks", "Block Kit", "Formatting message text".
 */
export function slackMessage(digest: Digest, links: DigestLinks): { text: string; blocks: object[] } {
  const { headline, items, remarks } = digestWords(digest);
  const more = [...remarks.map(escaped), ...link('Charts and tables of the year', links.year(digest.year))];
  return {
    // For notifications, and for readers that show no blocks.
    text: escaped(headline),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(headline, longestHeader) } },
      ...items.map(({ label, text, note, at }) =>
        section([
          `*${label}:* ${escaped(cut(text, longestText))}`,
          ...(note === null ? [] : [`_${escaped(cut(note, longestText))}_`]),
          ...(at ? link(`${at.airport} on ${at.date}`, links.day(at)) : []),
        ]),
      ),
      ...(more.length > 0 ? [section(more)] : []),
    ],
  };
}

function section(lines: string[]): object {
  return { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } };
}

function link(text: string, address: string): string[] {
  return isOnTheWeb(address) ? [`<${escaped(address)}|${escaped(text)}>`] : [];
}

/** The three characters that Slack would take for markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
