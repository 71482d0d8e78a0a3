import { html } from 'hono/html';
import type { StoredDigest } from './digest.ts';
import type { DigestLinks } from './digest-links.ts';
import { digestWords } from './digest-words.ts';

/** The feed as a whole. */
export interface Feed {
  /** UUID. */
  id: string;
  /** Address of the feed itself. */
  address: string;
  /** Address of the page over all years. */
  page: string;
  /** When there is no digest: since when there is none. */
  since: Date;
  /** The newest first. */
  digests: readonly StoredDigest[];
}

/** Digests as a feed, an entry each. Source: RFC 4287 (Atom). */
export async function atomFeed({ id, address, page, since, digests }: Feed, links: DigestLinks): Promise<string> {
  const updated = digests[0]?.decidedAt ?? since;
  return String(
    await html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:${id}</id>
<title>Departure delays: events that are new</title>
<updated>${updated.toISOString()}</updated>
<author><name>delaywatch</name></author>
<link rel="self" type="application/atom+xml" href="${address}"/>
<link rel="alternate" type="text/html" href="${page}"/>
${digests.map((digest) => entry(digest, links))}</feed>
`,
  );
}

async function entry(digest: StoredDigest, links: DigestLinks) {
  const { headline, items, remarks } = digestWords(digest);
  const content = await html`<ul>${items.map(
    ({ label, text, note, at }) =>
      html`<li><b>${label}:</b> ${at ? html`<a href="${links.day(at)}">${text}</a>` : text}${note === null ? '' : html`<br><i>${note}</i>`}</li>`,
  )}</ul>${remarks.map((remark) => html`<p>${remark}</p>`)}`;
  const decided = digest.decidedAt.toISOString();
  return html`<entry>
<id>urn:uuid:${digest.id}</id>
<title>${headline}</title>
<published>${decided}</published>
<updated>${decided}</updated>
<link rel="alternate" type="text/html" href="${links.year(digest.year)}"/>
<content type="html">${String(content)}</content>
</entry>
`;
}
